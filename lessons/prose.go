package lessons

import "strings"

// HTML renders the part of Markdown that a notebook's prose is mostly written
// in: paragraphs, headings from ###, lists with -, * or 1., quotes, code that is
// fenced or indented, tables, rules, and within a line `code`, **strong**, *emphasis*, _emphasis_
// and [links](address). Everything else is text, so nothing of what a notebook
// brings is HTML by itself, and a link leads to a web page or within the page.
//
// It is what dropped-in notebooks are rendered with, in the module in the
// browser, which must be small; the site's own pages are rendered in internal/site.
func HTML(markdown string) string {
	var out strings.Builder
	render(&out, strings.Split(normal(markdown), "\n"), 0)
	return out.String()
}

// Plain renders with HTML.
var Plain = Rendering{HTML: HTML, Inline: func(markdown string) string {
	return inline(strings.TrimSpace(strings.ReplaceAll(markdown, "\n", " ")))
}}

// maxSpan bounds how far apart the marks around a piece of text may be, in bytes.
const maxSpan = 2000

// maxNesting bounds lists and quotes within each other.
const maxNesting = 8

func render(out *strings.Builder, lines []string, depth int) {
	for i := 0; i < len(lines); {
		line := strings.TrimRight(lines[i], " \t")
		if mark, _, ok := openFence(line); ok {
			out.WriteString("<pre><code>")
			for i++; i < len(lines) && !closesFence(lines[i], mark); i++ {
				out.WriteString(escape(lines[i]))
				out.WriteByte('\n')
			}
			out.WriteString("</code></pre>\n")
			i++
			continue
		}
		level, title, isHeading := heading(line)
		switch marker, ordered := listMarker(line); {
		case line == "":
			i++
		case isHeading:
			tag := string("h" + string(rune('0'+max(level, 3))))
			out.WriteString("<" + tag + ">" + inline(title) + "</" + tag + ">\n")
			i++
		case strings.HasPrefix(line, "    "):
			out.WriteString("<pre><code>")
			for ; i < len(lines) && strings.HasPrefix(lines[i], "    "); i++ {
				out.WriteString(escape(lines[i][4:]))
				out.WriteByte('\n')
			}
			out.WriteString("</code></pre>\n")
		case line[0] == '|' && i+1 < len(lines) && isTableRule(lines[i+1]):
			out.WriteString("<table>\n")
			row(out, line, "th")
			for i += 2; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
				row(out, lines[i], "td")
			}
			out.WriteString("</table>\n")
		case isRule(line):
			out.WriteString("<hr>\n")
			i++
		case line[0] == '>' && depth < maxNesting:
			var quoted []string
			for ; i < len(lines) && strings.HasPrefix(lines[i], ">"); i++ {
				quoted = append(quoted, strings.TrimPrefix(lines[i][1:], " "))
			}
			out.WriteString("<blockquote>\n")
			render(out, quoted, depth+1)
			out.WriteString("</blockquote>\n")
		case marker > 0 && depth < maxNesting:
			tag := "ul"
			if ordered {
				tag = "ol"
			}
			out.WriteString("<" + tag + ">\n")
			for i < len(lines) {
				n, same := listMarker(lines[i])
				if n == 0 || same != ordered {
					break
				}
				item := []string{lines[i][n:]}
				plain := true // a single paragraph needs no tags
				for i++; i < len(lines); i++ {
					indent := len(lines[i]) - len(strings.TrimLeft(lines[i], " "))
					blank := strings.TrimSpace(lines[i]) == ""
					next := i+1 < len(lines) && strings.HasPrefix(lines[i+1], "  ")
					if blank && !next || !blank && indent < 2 {
						break
					}
					text := lines[i][min(indent, n):]
					if m, _ := listMarker(text); blank || m > 0 {
						plain = false
					}
					if _, _, fence := openFence(text); fence {
						plain = false
					}
					item = append(item, text)
				}
				out.WriteString("<li>")
				if plain {
					for k := range item {
						item[k] = strings.TrimSpace(item[k])
					}
					out.WriteString(inline(strings.Join(item, " ")))
				} else {
					render(out, item, depth+1)
				}
				out.WriteString("</li>\n")
				for i+1 < len(lines) && strings.TrimSpace(lines[i]) == "" {
					if n, same := listMarker(lines[i+1]); n == 0 || same != ordered {
						break
					}
					i++
				}
			}
			out.WriteString("</" + tag + ">\n")
		default:
			text := []string{line}
			for i++; i < len(lines); i++ {
				next := strings.TrimRight(lines[i], " \t")
				n, _ := listMarker(next)
				_, _, fence := openFence(next)
				_, _, head := heading(next)
				if next == "" || n > 0 || fence || head {
					break
				}
				text = append(text, next)
			}
			out.WriteString("<p>" + inline(strings.Join(text, "\n")) + "</p>\n")
		}
	}
}

// listMarker returns how many bytes the mark of a list's item takes, 0 when the
// line begins none.
func listMarker(line string) (n int, ordered bool) {
	for n < len(line) && line[n] >= '0' && line[n] <= '9' {
		n++
	}
	switch {
	case n > 0 && n < 10 && n < len(line) && (line[n] == '.' || line[n] == ')'):
		ordered = true
	case n == 0 && line != "" && (line[0] == '-' || line[0] == '*' || line[0] == '+'):
	default:
		return 0, false
	}
	n++
	mark := n
	for n < len(line) && line[n] == ' ' {
		n++
	}
	if n == mark || n == len(line) {
		return 0, false
	}
	return n, ordered
}

// isTableRule recognises the line under a table's head: |---|:-:|.
func isTableRule(line string) bool {
	return strings.HasPrefix(line, "|") && strings.Contains(line, "-") && strings.Trim(line, "|-: \t") == ""
}

func row(out *strings.Builder, line, tag string) {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	out.WriteString("<tr>")
	for _, cell := range strings.Split(line, "|") {
		out.WriteString("<" + tag + ">" + inline(strings.TrimSpace(cell)) + "</" + tag + ">")
	}
	out.WriteString("</tr>\n")
}

func isRule(line string) bool {
	bare := strings.ReplaceAll(line, " ", "")
	return len(bare) >= 3 && (strings.Trim(bare, "-") == "" || strings.Trim(bare, "*") == "" || strings.Trim(bare, "_") == "")
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

func escape(text string) string { return escaper.Replace(text) }

// inline renders what is within a line.
func inline(text string) string {
	var out strings.Builder
	spans(&out, text, 0)
	return out.String()
}

func spans(out *strings.Builder, text string, depth int) {
	for text != "" {
		at := strings.IndexAny(text, "`*_[!\\")
		if at < 0 || depth > maxNesting {
			out.WriteString(escape(text))
			return
		}
		before := byte(' ')
		if at > 0 {
			before = text[at-1]
		}
		out.WriteString(escape(text[:at]))
		text = text[at:]
		if n := span(out, text, before, depth); n > 0 {
			text = text[n:]
			continue
		}
		out.WriteString(escape(text[:1]))
		text = text[1:]
	}
}

// span renders what a mark at the beginning of the text encloses and returns how
// many bytes that is, 0 when the mark is nothing but a character.
func span(out *strings.Builder, text string, before byte, depth int) int {
	text = text[:min(len(text), maxSpan)]
	switch text[0] {
	case '\\':
		if len(text) > 1 && strings.IndexByte("\\`*_[]()#+-.!<>{}|", text[1]) >= 0 {
			out.WriteString(escape(text[1:2]))
			return 2
		}
	case '`':
		marks := text[:len(text)-len(strings.TrimLeft(text, "`"))]
		if end := strings.Index(text[len(marks):], marks); end > 0 {
			out.WriteString("<code>" + escape(strings.TrimSpace(text[len(marks):len(marks)+end])) + "</code>")
			return end + 2*len(marks)
		}
		out.WriteString(escape(marks))
		return len(marks)
	case '*', '_':
		for _, m := range []struct{ mark, tag string }{{text[:1] + text[:1], "strong"}, {text[:1], "em"}} {
			rest, ok := strings.CutPrefix(text, m.mark)
			if !ok || rest == "" || rest[0] == ' ' || rest[0] == '\n' || text[0] == '_' && isWord(before) {
				continue
			}
			end := closing(rest, m.mark)
			if end > 0 {
				out.WriteString("<" + m.tag + ">")
				spans(out, rest[:end], depth+1)
				out.WriteString("</" + m.tag + ">")
				return end + 2*len(m.mark)
			}
		}
	case '!':
		if len(text) > 1 && text[1] == '[' {
			if label, _, n := linkParts(text[1:]); n > 0 {
				out.WriteString("<em>[picture: " + escape(label) + "]</em>")
				return n + 1
			}
		}
	case '[':
		if label, address, n := linkParts(text); n > 0 && safeAddress(address) {
			out.WriteString(`<a href="` + escape(address) + `">`)
			spans(out, label, depth+1)
			out.WriteString("</a>")
			return n
		}
	}
	return 0
}

// closing finds the mark that ends an emphasis; code within is passed over.
func closing(text, mark string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '`':
			if end := strings.IndexByte(text[i+1:], '`'); end >= 0 {
				i += end + 1
			}
		case strings.HasPrefix(text[i:], mark) && text[i-1] != ' ' && text[i-1] != '\n':
			next := byte(' ')
			if i+len(mark) < len(text) {
				next = text[i+len(mark)]
			}
			if mark[0] == '_' && isWord(next) || len(mark) == 1 && next == mark[0] {
				i++
				continue
			}
			return i
		}
	}
	return 0
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// linkParts reads [label](address).
func linkParts(text string) (label, address string, n int) {
	end := strings.IndexByte(text, ']')
	if end < 2 || end+1 >= len(text) || text[end+1] != '(' {
		return "", "", 0
	}
	length := strings.IndexAny(text[end+2:], ") \n\"<")
	if length < 1 || text[end+2+length] != ')' {
		return "", "", 0
	}
	return text[1:end], text[end+2 : end+2+length], end + 3 + length
}

// safeAddress reports whether an address leads to a web page, or stays within
// the page that shows it.
func safeAddress(address string) bool {
	for _, c := range []byte(address) {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return false
		}
	}
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "#")
}
