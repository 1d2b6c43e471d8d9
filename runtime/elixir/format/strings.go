package format

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// prependLine puts a newline before the parts of a heredoc.
func prependLine(parts quoted.List) quoted.List {
	if len(parts) > 0 {
		if s, ok := parts[0].(quoted.Str); ok {
			return append(quoted.List{"\n" + s}, parts[1:]...)
		}
	}
	return append(quoted.List{quoted.Str("\n")}, parts...)
}

// appendLine ends the last line of a heredoc's parts: only quoted code that
// was not read with its escapes can have one without an end.
func appendLine(parts quoted.List) quoted.List {
	last := len(parts) - 1
	if s, ok := parts[last].(quoted.Str); ok {
		if strings.HasSuffix(string(s), "\n") {
			return parts
		}
		return append(parts[:last:last], s+"\n")
	}
	return append(parts[:last+1:last+1], quoted.Str("\n"))
}

// interpolation writes the parts of a string. quotes is what is escaped in
// them: a delimiter, or three for a heredoc.
func (f *formatter) interpolation(parts quoted.List, quotes string, d, closing doc) doc {
	for _, p := range parts {
		if s, ok := p.(quoted.Str); ok {
			if len(quotes) == 3 {
				d = concat(d, heredoc(string(s), quotes, false))
			} else {
				d = concat(d, escapeQuotes(string(s), quotes))
			}
			continue
		}
		inner := interpolation(p)
		if inner == nil {
			inner = p.(*quoted.Node).Args.(quoted.List)[0] // of a charlist
		}
		saved := f.skipEOL
		f.skipEOL = true
		body := f.block(inner, maxLine, minLine)
		f.skipEOL = saved
		d = concat(d, &limit{surround("#{", body, "}"), 0})
	}
	return concat(d, closing)
}

// escapeQuotes writes text between quotes; its newlines have no indentation.
func escapeQuotes(s, quotes string) doc {
	s = strings.ReplaceAll(s, quotes, `\`+quotes)
	var d doc
	for i, part := range strings.Split(s, "\n") {
		if i > 0 {
			d = concat(d, nested(newline{}, reset))
		}
		if part != "" {
			d = concat(d, str(part))
		}
	}
	return d
}

// heredoc writes the text of a heredoc, whose lines are indented. begin says
// that the text begins on a line of its own.
func heredoc(s, quotes string, begin bool) doc {
	s = strings.ReplaceAll(s, quotes, `\`+quotes)
	parts := strings.Split(s, "\n")
	if begin {
		parts = append([]string{""}, parts...)
	}
	var d doc
	for i, part := range parts {
		if i > 0 {
			// An empty line stays empty, but for the last.
			if (part == "" || part == "\r") && i < len(parts)-1 {
				d = concat(d, nested(newline{}, reset))
			} else {
				d = concat(d, newline{})
			}
		}
		if part != "" {
			d = concat(d, str(part))
		}
	}
	return d
}

func (f *formatter) sigil(x *quoted.Node, args quoted.List) (doc, bool) {
	name, ok := strings.CutPrefix(string(head(x)), "sigil_")
	if !ok || name == "" || len(args) != 2 {
		return nil, false
	}
	_, parts, ok := quoted.IsCall(args[0], "<<>>")
	mods, isList := args[1].(quoted.List)
	delim := delimiterOf(x.Meta)
	if !ok || !isList || delim == "" {
		return nil, false
	}
	open := raw("~" + name + delim)
	modifiers := listText(mods)
	if f.opts.Sigil != nil && name[0] >= 'A' && name[0] <= 'Z' && len(parts) > 0 {
		if text, ok := parts[0].(quoted.Str); ok {
			if out, ok := f.opts.Sigil(name, string(text), modifiers, delim, x.Meta.Line()); ok {
				parts = quoted.List{quoted.Str(out)}
			}
		}
	}
	if delim == `"""` || delim == "'''" {
		return forced(f.interpolation(prependLine(parts), delim, open, raw(delim+modifiers))), true
	}
	closing := delim
	switch delim {
	case "(":
		closing = ")"
	case "[":
		closing = "]"
	case "{":
		closing = "}"
	case "<":
		closing = ">"
	}
	return f.interpolation(parts, closing, open, raw(closing+modifiers)), true
}
