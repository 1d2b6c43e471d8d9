package lessons

import (
	"html"
	"regexp"
	"strings"
)

// HTML renders a lesson's prose. It knows the part of Markdown that lessons are
// written in: paragraphs, lists with - or 1., fenced blocks, headings from ###,
// and within a line `code`, **strong**, *emphasis* and [links](address).
// Everything else is text.
func HTML(markdown string) string {
	var out strings.Builder
	lines := strings.Split(markdown, "\n")
	for i := 0; i < len(lines); {
		line := strings.TrimRight(lines[i], " ")
		switch {
		case line == "":
			i++
		case strings.HasPrefix(line, "```"):
			fence := line[:len(line)-len(strings.TrimLeft(line, "`"))]
			out.WriteString("<pre><code>")
			for i++; i < len(lines) && lines[i] != fence; i++ {
				out.WriteString(html.EscapeString(lines[i]))
				out.WriteByte('\n')
			}
			out.WriteString("</code></pre>\n")
			i++
		case strings.HasPrefix(line, "### "):
			out.WriteString("<h3>" + inline(line[4:]) + "</h3>\n")
			i++
		case listItem.MatchString(line):
			tag := "ul"
			if line[0] != '-' {
				tag = "ol"
			}
			out.WriteString("<" + tag + ">\n")
			for i < len(lines) && listItem.MatchString(lines[i]) {
				item := listItem.ReplaceAllString(lines[i], "")
				for i++; i < len(lines) && strings.HasPrefix(lines[i], "  "); i++ {
					item += " " + strings.TrimSpace(lines[i])
				}
				out.WriteString("<li>" + inline(item) + "</li>\n")
			}
			out.WriteString("</" + tag + ">\n")
		default:
			text := line
			for i++; i < len(lines) && lines[i] != "" && !strings.HasPrefix(lines[i], "```") && !listItem.MatchString(lines[i]); i++ {
				text += "\n" + strings.TrimRight(lines[i], " ")
			}
			out.WriteString("<p>" + inline(text) + "</p>\n")
		}
	}
	return out.String()
}

var (
	listItem = regexp.MustCompile(`^(-|\d+\.) +`)
	code     = regexp.MustCompile("`[^`]+`")
	strong   = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	emphasis = regexp.MustCompile(`\*([^*\s][^*]*)\*`)
	link     = regexp.MustCompile(`\[([^\]]+)\]\(((?:https?://|/|#|\./)[^)\s"]*)\)`)
)

// inline renders what is within a line. Code is left alone.
func inline(text string) string {
	var out strings.Builder
	last := 0
	for _, at := range code.FindAllStringIndex(text, -1) {
		out.WriteString(spans(text[last:at[0]]))
		out.WriteString("<code>" + html.EscapeString(text[at[0]+1:at[1]-1]) + "</code>")
		last = at[1]
	}
	out.WriteString(spans(text[last:]))
	return out.String()
}

func spans(text string) string {
	text = html.EscapeString(text)
	text = link.ReplaceAllString(text, `<a href="$2">$1</a>`)
	text = strong.ReplaceAllString(text, "<strong>$1</strong>")
	return emphasis.ReplaceAllString(text, "<em>$1</em>")
}

// Plain renders with HTML.
var Plain = Rendering{HTML: HTML, Inline: func(markdown string) string {
	text := strings.TrimSuffix(strings.TrimSpace(HTML(strings.ReplaceAll(markdown, "\n", " "))), "</p>")
	return strings.TrimPrefix(text, "<p>")
}}
