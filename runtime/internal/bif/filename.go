package bif

import (
	"strings"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Names of files, as on Unix.
var filenameBuiltins = []vm.Builtin{
	{Module: "filename", Name: "basename", Arity: 1, Fn: filenameBasename},
	{Module: "filename", Name: "basename", Arity: 2, Fn: filenameBasename},
	{Module: "filename", Name: "dirname", Arity: 1, Fn: named1(dirName)},
	{Module: "filename", Name: "extension", Arity: 1, Fn: named1(func(s string) string { return s[len(rootName(s)):] })},
	{Module: "filename", Name: "rootname", Arity: 1, Fn: named1(rootName)},
	{Module: "filename", Name: "rootname", Arity: 2, Fn: filenameRootname2},
	{Module: "filename", Name: "flatten", Arity: 1, Fn: named1(func(s string) string { return s })},
	{Module: "filename", Name: "nativename", Arity: 1, Fn: named1(cleanName)},
	{Module: "filename", Name: "join", Arity: 1, Fn: filenameJoin1},
	{Module: "filename", Name: "join", Arity: 2, Fn: filenameJoin2},
	{Module: "filename", Name: "append", Arity: 2, Fn: filenameAppend},
	{Module: "filename", Name: "split", Arity: 1, Fn: filenameSplit},
	{Module: "filename", Name: "pathtype", Arity: 1, Fn: filenamePathType},
	{Module: "filename", Name: "absname", Arity: 1, Fn: filenameAbsname},
	{Module: "filename", Name: "absname", Arity: 2, Fn: filenameAbsname},
}

// fileName reads a name: a binary, or a deep list of characters, atoms and
// binaries.
func fileName(c *vm.Context, t term.Term) (s str, ok bool) {
	switch {
	case t.IsBits():
		b, ok := t.BinaryBytes()
		return str{string(b), true}, ok
	case t.IsAtom():
		return str{t.AtomName(), false}, true
	case !t.IsList():
		return str{}, false
	}
	elems, ok := flatElements(c, t)
	var b strings.Builder
	for _, e := range elems {
		r, isChar := character(e)
		bin, isBinary := e.BinaryBytes()
		switch {
		case isChar:
			b.WriteRune(r)
		case e.IsAtom():
			b.WriteString(e.AtomName())
		case isBinary:
			b.Write(bin)
		default:
			ok = false
		}
	}
	return str{b.String(), false}, ok
}

func named1(f func(string) string) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		s, ok := fileName(c, args[0])
		if !ok {
			return noClause(c)
		}
		return s.back(c, f(s.text))
	}
}

func baseName(s string) string {
	s = strings.TrimRight(s, "/")
	return s[strings.LastIndexByte(s, '/')+1:]
}

func dirName(s string) string {
	i := strings.LastIndexByte(s, '/')
	switch {
	case i < 0:
		return "."
	case strings.Trim(s[:i], "/") == "":
		return "/"
	}
	return strings.TrimRight(s[:i], "/")
}

func rootName(s string) string {
	base := s[strings.LastIndexByte(s, '/')+1:]
	i := strings.LastIndexByte(base, '.')
	if i <= 0 {
		return s
	}
	return s[:len(s)-len(base)+i]
}

func filenameBasename(c *vm.Context, args []term.Term) term.Term {
	s, ok := fileName(c, args[0])
	if !ok {
		return noClause(c)
	}
	base := baseName(s.text)
	if len(args) == 2 {
		ext, ok := fileName(c, args[1])
		if !ok {
			return noClause(c)
		}
		base = strings.TrimSuffix(base, ext.text)
	}
	return s.back(c, base)
}

func filenameRootname2(c *vm.Context, args []term.Term) term.Term {
	s, ok := fileName(c, args[0])
	ext, ok2 := fileName(c, args[1])
	if !ok || !ok2 {
		return noClause(c)
	}
	return s.back(c, strings.TrimSuffix(s.text, ext.text))
}

// cleanName has no empty parts and no slash at its end.
func cleanName(s string) string {
	for strings.Contains(s, "//") {
		s = strings.ReplaceAll(s, "//", "/")
	}
	if len(s) > 1 {
		s = strings.TrimSuffix(s, "/")
	}
	return s
}

func joinNames(a, b string) string {
	if strings.HasPrefix(b, "/") {
		return cleanName(b)
	}
	return cleanName(a + "/" + b)
}

func filenameJoin1(c *vm.Context, args []term.Term) term.Term {
	parts, ok := elements(c, args[0])
	if !ok || len(parts) == 0 {
		return noClause(c)
	}
	out, binary := "", false
	for i, p := range parts {
		s, ok := fileName(c, p)
		if !ok {
			return noClause(c)
		}
		binary = binary || s.binary
		if i == 0 {
			out = cleanName(s.text)
		} else {
			out = joinNames(out, s.text)
		}
	}
	return str{binary: binary}.back(c, out)
}

func filenameJoin2(c *vm.Context, args []term.Term) term.Term {
	return filenameJoin1(c, []term.Term{term.List(c, args...)})
}

func filenameAppend(c *vm.Context, args []term.Term) term.Term {
	a, ok1 := fileName(c, args[0])
	b, ok2 := fileName(c, args[1])
	if !ok1 || !ok2 {
		return noClause(c)
	}
	return str{binary: a.binary || b.binary}.back(c, a.text+"/"+b.text)
}

func filenameSplit(c *vm.Context, args []term.Term) term.Term {
	s, ok := fileName(c, args[0])
	if !ok {
		return noClause(c)
	}
	l := newList(c)
	if strings.HasPrefix(s.text, "/") {
		l.add(s.back(c, "/"))
	}
	for _, part := range strings.FieldsFunc(s.text, func(r rune) bool { return r == '/' }) {
		l.add(s.back(c, part))
	}
	return l.list()
}

func filenamePathType(c *vm.Context, args []term.Term) term.Term {
	s, ok := fileName(c, args[0])
	if !ok {
		return noClause(c)
	}
	if strings.HasPrefix(s.text, "/") {
		return atom("absolute")
	}
	return atom("relative")
}

// filenameAbsname makes a name absolute: it begins in a folder given or in the
// root, since there is no current folder.
func filenameAbsname(c *vm.Context, args []term.Term) term.Term {
	s, ok := fileName(c, args[0])
	from := str{text: "/", binary: s.binary}
	if ok && len(args) == 2 {
		from, ok = fileName(c, args[1])
	}
	if !ok {
		return noClause(c)
	}
	return str{binary: s.binary || from.binary && len(args) == 2}.back(c, joinNames(from.text, s.text))
}
