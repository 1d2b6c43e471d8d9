package diag

import (
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Rendering: diagnostics as Elixir 1.20 prints them, without colours.

// Render writes an error or a warning as the compiler prints it to standard
// error, without the empty line that follows. source is the text of the file
// that the position speaks of, or "" when there is none to show. cwd is the
// directory that file names are shown relative to.
func Render(d *Diagnostic, source, cwd string) string {
	others := make([]string, len(d.Others))
	for i, o := range d.Others {
		others[i] = location(o, cwd)
	}
	line := sourceLine(source, d.Pos.Line)
	if line != nil && d.Above != "" {
		above := *d
		above.Message += "\n" + d.Above
		d = &above
	}
	return snippet(d, line, location(d, cwd), others...)
}

// Message writes the message of an exception as Exception.message/1 gives it:
// for the errors of the parser with position and snippet, which is in the
// field "snippet"; for others with the position in front.
func Message(d *Diagnostic, cwd string) string {
	shown, hasSnippet := d.Fields["snippet"].(string)
	file := RelativeTo(d.Pos.File, cwd)
	switch d.Kind {
	case "MismatchedDelimiterError":
		lines := strings.Split(shown, "\n")
		message := "└ mismatched closing delimiter (expected " + delimiter(d.Fields["expected_delimiter"]) + ")"
		return "mismatched delimiter found on " + place(file, d.EndPos.Line, d.EndPos.Column) + "\n" +
			pairSnippet(d, d.EndPos, lines, file, message)
	case "TokenMissingError":
		if d.EndPos.Line == 0 || !hasSnippet || d.Pos.Column == 0 {
			return "token missing on " + place(file, d.Pos.Line, d.Pos.Column) + "\n" + snippetOrPadded(d, shown, hasSnippet, cwd, "")
		}
		lines := strings.Split(shown, "\n")
		end := d.EndPos
		for len(lines) > 1 && lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
			end.Line--
		}
		end.Column = uniseg.GraphemeClusterCount(lines[len(lines)-1]) + 1
		message := "└ missing closing delimiter (expected " + delimiter(d.Fields["expected_delimiter"]) + ")"
		return "token missing on " + place(file, end.Line, end.Column) + "\n" + pairSnippet(d, end, lines, file, message)
	case "SyntaxError":
		return "invalid syntax found on " + place(file, d.Pos.Line, d.Pos.Column) + "\n" + snippetOrPadded(d, shown, hasSnippet, cwd, "   ")
	}
	if d.Pos.File == "" {
		return d.Message
	}
	return place(file, d.Pos.Line, 0) + " " + d.Message
}

// snippetOrPadded writes an error with its snippet or, when there is none,
// without it and shifted to the right.
func snippetOrPadded(d *Diagnostic, shown string, hasSnippet bool, cwd, pad string) string {
	if hasSnippet && d.Pos.Column > 0 {
		return snippet(d, &shown, location(d, cwd))
	}
	text := snippet(d, nil, location(d, cwd))
	return pad + strings.ReplaceAll(text, "\n", "\n"+pad)
}

// place writes file:line:column: as far as they are known.
func place(file string, line, column int) string {
	switch {
	case line == 0:
		return file + ":"
	case column == 0:
		return file + ":" + strconv.Itoa(line) + ":"
	}
	return file + ":" + strconv.Itoa(line) + ":" + strconv.Itoa(column) + ":"
}

// location writes where a diagnostic comes from: the position, and the
// function or module around it.
func location(d *Diagnostic, cwd string) string {
	file := RelativeTo(d.Pos.File, cwd)
	at := strings.TrimSuffix(place(file, d.Pos.Line, d.Pos.Column), ":")
	switch {
	case d.Module != "" && d.Function != "":
		return at + ": " + d.Module + "." + d.Function
	case d.Module != "":
		return at + ": " + d.Module + " (module)"
	case d.Function != "":
		return at + ": " + d.Function
	}
	return at
}

// RelativeTo shortens a file name that lies within a directory.
func RelativeTo(file, dir string) string {
	if dir == "" || !strings.HasPrefix(file, "/") {
		return file
	}
	dir = strings.TrimSuffix(path.Clean(dir), "/")
	if rest, ok := strings.CutPrefix(file, dir+"/"); ok {
		return rest
	}
	return file
}

func delimiter(v any) string {
	s, _ := v.(string)
	if strings.ContainsAny(s, `"'`) {
		return s
	}
	return `"` + s + `"`
}

// sourceLine returns a line of a source, or nil.
func sourceLine(source string, line int) *string {
	if source == "" || line < 1 {
		return nil
	}
	for ; line > 1; line-- {
		i := strings.IndexByte(source, '\n')
		if i < 0 {
			return nil
		}
		source = source[i+1:]
	}
	if source == "" {
		return nil
	}
	if i := strings.IndexByte(source, '\n'); i >= 0 {
		source = source[:i]
	}
	return &source
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

func digits(n int) int { return len(strconv.Itoa(n)) }

func prefix(s Severity) string {
	if s == Warning {
		return "warning:"
	}
	return "error:"
}

// snippet writes a diagnostic with the line of source it speaks of.
func snippet(d *Diagnostic, line *string, location string, others ...string) string {
	if line == nil {
		if d.Pos.File == "" {
			return strings.Join(append([]string{prefix(d.Severity) + " " + d.Message}, d.Stack...), "\n  ")
		}
		text := prefix(d.Severity) + " " + d.Message + "\n└─ " + location
		for _, at := range others {
			text += "\n└─ " + at
		}
		return text
	}
	n := digits(d.Pos.Line)
	pad := spaces(max(2, n) + 1)
	gap := ""
	if n == 1 {
		gap = " "
	}
	shown, trimmed := trimLine(*line)
	mark := "^"
	if d.Severity == Warning {
		mark = "~"
	}
	var highlight string
	if d.Pos.Column == 0 {
		rest := strings.TrimLeft(shown, " \t")
		indent := 0
		for _, c := range shown[:len(shown)-len(rest)] {
			indent++
			if c == '\t' {
				indent += 7
			}
		}
		highlight = spaces(indent) + strings.Repeat(mark, uniseg.GraphemeClusterCount(rest))
	} else {
		width := 1
		if d.EndPos.Line == d.Pos.Line && d.EndPos.Column > 0 && d.Kind == "" || d.EndPos.Line == d.Pos.Line && d.Kind == "CompileError" {
			width = d.EndPos.Column - d.Pos.Column
		}
		highlight = spaces(d.Pos.Column-trimmed-1) + strings.Repeat(mark, max(width, 0))
	}
	var b strings.Builder
	b.WriteString(" " + pad + prefix(d.Severity) + " " + padMessage(d.Message, n+2+len(gap)) + "\n")
	b.WriteString(" " + pad + "│\n")
	b.WriteString(" " + gap + strconv.Itoa(d.Pos.Line) + " │ " + shown + "\n")
	b.WriteString(" " + pad + "│ " + highlight + "\n")
	b.WriteString(" " + pad + "│\n")
	b.WriteString(" " + pad + "└─ " + location)
	for _, at := range others {
		b.WriteString("\n " + pad + "└─ " + at)
	}
	return b.String()
}

// trimLine shortens a long indentation, and returns by how much.
func trimLine(line string) (string, int) {
	count, i := 0, 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		count++
		if line[i] == '\t' {
			count += 7
		}
		i++
	}
	if count < 27 {
		return line, 0
	}
	return "..." + spaces(19) + line[i:], count - 22
}

// padMessage indents the lines of a message behind its first; empty lines
// stay empty.
func padMessage(message string, n int) string {
	lines := strings.Split(message, "\n")
	for i := 1; i < len(lines); i++ {
		if lines[i] != "" {
			lines[i] = spaces(n) + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// pairSnippet writes an error that speaks of two delimiters.
func pairSnippet(d *Diagnostic, end Pos, lines []string, file, endMessage string) string {
	const startMessage = "└ unclosed delimiter"
	width := digits(end.Line)
	pad := spaces(max(2, width) + 1)
	number := func(line int) string {
		n := digits(line)
		gap := width - n + 1
		if n == 1 {
			gap = max(2, width)
		}
		return spaces(gap) + strconv.Itoa(line) + " │ "
	}
	at := func(column int, text string) string { return pad + " │ " + spaces(column-1) + text }
	var out []string
	add := func(s string) { out = append(out, s) }
	add(" " + pad + "error: " + strings.ReplaceAll(d.Message, "\n", "\n "+pad))
	add(" " + pad + "│")
	start := d.Pos
	switch {
	case start.Line == end.Line:
		add(number(end.Line) + lines[0])
		add(at(start.Column, "│"+spaces(end.Column-start.Column-1)+endMessage))
		add(at(start.Column, startMessage))
	case end.Line-start.Line < 5:
		for i, line := range lines {
			n := start.Line + i
			if n > end.Line {
				break
			}
			add(number(n) + line)
			switch n {
			case start.Line:
				add(at(start.Column, startMessage))
			case end.Line:
				add(at(end.Column, endMessage))
			}
		}
	default:
		add(number(start.Line) + lines[0])
		add(at(start.Column, startMessage))
		add(" ...")
		add(number(end.Line) + lines[len(lines)-1])
		add(at(end.Column, endMessage))
	}
	add(" " + pad + "│")
	add(" " + pad + "└─ " + file + ":" + strconv.Itoa(end.Line) + ":" + strconv.Itoa(end.Column))
	return strings.Join(out, "\n")
}

// Snippet cuts the lines of a source that an error of the parser shows: from
// the line of pos to that of end, or only the first when end has no line. It
// is not ok when there is nothing to show. startLine and startColumn are where
// the source begins.
func Snippet(source string, pos, end Pos, startLine, startColumn, indentation int) (text string, ok bool) {
	if pos.Column == 0 {
		return "", false
	}
	source = spaces(startColumn-indentation-1) + source
	lines := strings.Split(source, "\n")
	first := pos.Line - startLine
	if first < 0 || first >= len(lines) {
		return "", false
	}
	indent := spaces(indentation)
	if end.Line == 0 {
		text = indent + lines[first]
		if strings.TrimSpace(text) == "" || !utf8.ValidString(text) {
			return "", false
		}
		return text, true
	}
	last := min(first+end.Line-pos.Line, len(lines)-1)
	return indent + strings.Join(lines[first:last+1], "\n"+indent), true
}
