package format

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// normalizer brings an expression to the shape that source code has when its
// literals are wrapped in blocks.
type normalizer struct {
	escape bool
	opts   *Options
	// line is that of the node around, or 0.
	line int
}

// within runs a function with another line around.
func (n *normalizer) within(m quoted.Meta, f func()) {
	saved := n.line
	n.line = m.Line()
	f()
	n.line = saved
}

// patch adds the line of the node around to metadata without a line.
func (n *normalizer) patch(m quoted.Meta) quoted.Meta {
	if m.Has("line") || n.line == 0 {
		return m
	}
	return append(quoted.Meta{{Key: "line", Value: quoted.Int(n.line)}}, m...)
}

func (n *normalizer) lineMeta() quoted.Meta { return n.patch(nil) }

func lineKeyword(line int) quoted.Expr {
	if line == 0 {
		return quoted.List{quoted.Tuple{quoted.Atom("line"), quoted.Nil}}
	}
	return quoted.List{quoted.Tuple{quoted.Atom("line"), quoted.Int(line)}}
}

func putNew(m quoted.Meta, key quoted.Atom, v quoted.Expr) quoted.Meta {
	if m.Has(key) {
		return m
	}
	return append(quoted.Meta{{Key: key, Value: v}}, m...)
}

func head(n *quoted.Node) quoted.Atom {
	a, _ := n.Head.(quoted.Atom)
	return a
}

// remote returns the target, name and arguments of a remote call.
func remote(e quoted.Expr) (n *quoted.Node, target quoted.Expr, name quoted.Atom, args quoted.List, ok bool) {
	n, ok = e.(*quoted.Node)
	if !ok {
		return nil, nil, "", nil, false
	}
	_, dot, ok := quoted.IsCall(n.Head, ".")
	if !ok || len(dot) != 2 {
		return nil, nil, "", nil, false
	}
	name, ok1 := dot[1].(quoted.Atom)
	args, ok2 := n.Args.(quoted.List)
	return n, dot[0], name, args, ok1 && ok2
}

// isRemote reports whether a call is one of a module's function.
func isRemote(e quoted.Expr, module, name quoted.Atom, arity int) bool {
	_, target, f, args, ok := remote(e)
	return ok && target == quoted.Expr(module) && f == name && len(args) == arity
}

func (n *normalizer) expr(e quoted.Expr) quoted.Expr {
	x, ok := e.(*quoted.Node)
	if !ok {
		return n.literal(e, nil)
	}
	args, isList := x.Args.(quoted.List)
	if !isList {
		if _, isAtom := x.Args.(quoted.Atom); isAtom {
			return x
		}
		return n.literal(e, nil)
	}
	switch head(x) {
	case "__block__":
		if len(args) == 1 && !isThreeTuple(args[0]) {
			return n.literal(args[0], x.Meta)
		}
		return &quoted.Node{Head: x.Head, Meta: x.Meta, Args: n.all(args)}
	case "__aliases__":
		if len(args) == 0 {
			return x
		}
		if _, ok := args[0].(quoted.Atom); ok {
			return x
		}
		m := n.patch(x.Meta)
		out := append(quoted.List{}, args...)
		n.within(m, func() { out[0] = n.expr(args[0]) })
		return &quoted.Node{Head: x.Head, Meta: m, Args: out}
	case "&":
		if len(args) == 1 {
			if _, ok := args[0].(quoted.Int); ok {
				return &quoted.Node{Head: x.Head, Meta: n.patch(x.Meta), Args: args}
			}
		}
	case "<<>>":
		return n.bits(x, args, false)
	case ".":
		if len(args) == 2 {
			m := n.patch(x.Meta)
			if args[0] == quoted.Expr(quoted.Atom("Elixir.Access")) && args[1] == quoted.Expr(quoted.Atom("get")) {
				return &quoted.Node{Head: x.Head, Meta: m, Args: args}
			}
			var left quoted.Expr
			n.within(m, func() { left = n.expr(args[0]) })
			return quoted.Call(".", m, left, args[1])
		}
	case "->":
		if len(args) == 2 {
			if left, ok := args[0].(quoted.List); ok {
				m := n.patch(x.Meta)
				var out quoted.List
				n.within(m, func() { out = quoted.List{n.all(left), n.expr(args[1])} })
				return &quoted.Node{Head: x.Head, Meta: m, Args: out}
			}
		}
	case "%{}":
		return n.mapNode(x, args)
	case "{}":
		if len(args) > 1 {
			if kw, ok := args[len(args)-1].(quoted.List); ok && keywordLike(kw) {
				out := n.all(args[:len(args)-1])
				return &quoted.Node{Head: x.Head, Meta: x.Meta, Args: append(out, n.keywordArgs(kw, true)...)}
			}
		}
	case "@":
		if len(args) == 1 {
			if inner, ok := args[0].(*quoted.Node); ok {
				if value, ok := inner.Args.(quoted.List); ok && len(value) == 1 {
					var v quoted.Expr
					if l, ok := value[0].(quoted.List); ok && keywordLike(l) {
						v = n.keywordArgs(l, true)
					} else if ok {
						v = n.literal(l, x.Meta)
					} else {
						v = n.expr(value[0])
					}
					return quoted.Call("@", x.Meta, &quoted.Node{Head: inner.Head, Meta: inner.Meta, Args: quoted.List{v}})
				}
			}
		}
	}
	if e := n.sigil(x, args); e != nil {
		return e
	}
	if isRemote(x, "erlang", "binary_to_atom", 2) {
		if s, parts, ok := quoted.IsCall(args[0], "<<>>"); ok && args[1] == quoted.Expr(quoted.Atom("utf8")) {
			return n.atomString(x, s, parts)
		}
	}
	if isRemote(x, "Elixir.List", "to_charlist", 1) {
		if parts, ok := args[0].(quoted.List); ok && listInterpolated(parts) {
			out := make(quoted.List, len(parts))
			for i, p := range parts {
				if call, ok := p.(*quoted.Node); ok {
					out[i] = &quoted.Node{Head: call.Head, Meta: call.Meta, Args: n.all(call.Args.(quoted.List))}
				} else {
					out[i] = n.escaped(p)
				}
			}
			return &quoted.Node{Head: x.Head, Meta: x.Meta, Args: quoted.List{out}}
		}
	}
	return n.call(x, args)
}

func isThreeTuple(e quoted.Expr) bool {
	switch x := e.(type) {
	case *quoted.Node:
		return true
	case quoted.Tuple:
		return len(x) != 2
	}
	return false
}

func (n *normalizer) all(args quoted.List) quoted.List {
	out := make(quoted.List, len(args))
	for i, a := range args {
		out[i] = n.expr(a)
	}
	return out
}

// pairs reports whether a list is made of pairs (any keys).
func pairs(l quoted.List) bool {
	for _, e := range l {
		if t, ok := e.(quoted.Tuple); !ok || len(t) != 2 {
			return false
		}
	}
	return true
}

// keywordLike reports whether a list is written with keywords: pairs with
// atoms as keys, wrapped or not, but no aliases.
func keywordLike(l quoted.List) bool {
	for _, e := range l {
		t, ok := e.(quoted.Tuple)
		if !ok || len(t) != 2 {
			return false
		}
		if _, ok := wrappedKey(t[0]); ok {
			continue
		}
		if a, ok := t[0].(quoted.Atom); !ok || strings.HasPrefix(string(a), "Elixir.") {
			return false
		}
	}
	return len(l) > 0
}

// isKeywordList reports whether a list is made of pairs with atoms as keys.
func isKeywordList(l quoted.List) bool {
	_, ok := quoted.Pairs(l)
	return ok
}

func (n *normalizer) escaped(e quoted.Expr) quoted.Expr {
	if !n.escape {
		return e
	}
	switch x := e.(type) {
	case quoted.Str:
		return quoted.Str(escape(string(x)))
	case quoted.Atom:
		return quoted.Atom(escape(string(x)))
	}
	return e
}

// literal wraps a literal in a block.
func (n *normalizer) literal(e quoted.Expr, m quoted.Meta) quoted.Expr {
	switch x := e.(type) {
	case quoted.Int, *quoted.Big, quoted.Float:
		m = putNew(m, "token", quoted.Str(quoted.Inspect(e)))
		return quoted.Block(n.patch(m), e)
	case quoted.Str:
		return quoted.Block(n.patch(m), n.escaped(x))
	case quoted.Atom:
		m = n.patch(m)
		if quoted.ClassifyAtom(x) == quoted.AtomAlias && !m.Has("delimiter") {
			var segments quoted.List
			if x == "Elixir" {
				segments = quoted.List{x}
			} else {
				for _, s := range strings.Split(string(x[len("Elixir."):]), ".") {
					segments = append(segments, quoted.Atom(s))
				}
			}
			return &quoted.Node{Head: quoted.Atom("__aliases__"), Meta: m, Args: segments}
		}
		return quoted.Block(m, n.escaped(x))
	case quoted.Tuple:
		if len(x) == 2 {
			m = n.patch(m)
			var pair quoted.Tuple
			n.within(m, func() {
				left := n.expr(x[0])
				if kw, ok := x[1].(quoted.List); ok && keywordLike(kw) {
					pair = quoted.Tuple{left, n.keywordArgs(kw, true)}
				} else {
					pair = quoted.Tuple{left, n.expr(x[1])}
				}
			})
			return quoted.Block(m, pair)
		}
	case quoted.List:
		return n.list(x, m)
	case *quoted.Map:
		if e := n.rangeStruct(x); e != nil {
			return e
		}
	}
	return quoted.Block(m, e)
}

// rangeStruct writes a range that is a struct as the operators that make it.
func (n *normalizer) rangeStruct(m *quoted.Map) quoted.Expr {
	field := func(name quoted.Atom) quoted.Expr {
		for _, p := range m.Pairs {
			if p.Key == quoted.Expr(name) {
				return p.Value
			}
		}
		return nil
	}
	if field("__struct__") != quoted.Expr(quoted.Atom("Elixir.Range")) {
		return nil
	}
	first, last, step := field("first"), field("last"), field("step")
	if first == nil || last == nil || step == nil {
		return nil
	}
	if step == quoted.Expr(quoted.Int(1)) {
		return quoted.Call("..", n.lineMeta(), n.expr(first), n.expr(last))
	}
	return quoted.Call("..//", n.lineMeta(), n.expr(first), n.expr(last), n.expr(step))
}

func (n *normalizer) list(l quoted.List, m quoted.Meta) quoted.Expr {
	if text, ok := printableASCII(l); ok && len(l) > 0 {
		if n.escape {
			text = escape(text)
		}
		meta := n.patch(quoted.Meta{{Key: "delimiter", Value: quoted.Str(`"`)}})
		return quoted.Call("sigil_c", meta, quoted.Call("<<>>", nil, quoted.Str(text)), quoted.List{})
	}
	if n.line != 0 {
		m = n.patch(putNew(m, "closing", lineKeyword(n.line)))
	}
	return quoted.Block(m, n.keywordArgs(l, false))
}

// printableASCII returns the text of a list of printable ASCII characters.
func printableASCII(l quoted.List) (string, bool) {
	buf := make([]byte, len(l))
	for i, e := range l {
		c, ok := e.(quoted.Int)
		if !ok || !(c >= 32 && c <= 126 || c >= 7 && c <= 13 || c == 27) {
			return "", false
		}
		buf[i] = byte(c)
	}
	return string(buf), true
}

// wrappedKey returns the metadata of a key that is wrapped already.
func wrappedKey(e quoted.Expr) (quoted.Meta, bool) {
	b, args, ok := quoted.IsCall(e, "__block__")
	if !ok || len(args) != 1 {
		return nil, false
	}
	if _, ok := args[0].(quoted.Atom); !ok {
		return nil, false
	}
	return b.Meta, true
}

// keywordArgs normalizes the elements of a list: from where only pairs with
// atoms as keys follow, they are keywords.
func (n *normalizer) keywordArgs(l quoted.List, keyword bool) quoted.List {
	out := make(quoted.List, 0, len(l))
	for i, e := range l {
		t, ok := e.(quoted.Tuple)
		if !ok || len(t) != 2 {
			out = append(out, n.expr(e))
			continue
		}
		if m, ok := wrappedKey(t[0]); ok {
			keyword = keyword || keywordLike(l[i:])
			if m.Get("format") == quoted.Expr(quoted.Atom("keyword")) && !keyword {
				_, args, _ := quoted.IsCall(t[0], "__block__")
				m = m.Delete("format")
				line := m.Line()
				if line == 0 {
					line = n.line
				}
				out = append(out, quoted.Block(quoted.Meta{{Key: "line", Value: quoted.Int(line)}}, quoted.Tuple{quoted.Block(m, args...), t[1]}))
			} else {
				out = append(out, t)
			}
			continue
		}
		keyword = keyword || quoted.IsKeyword(l[i:]) || keywordLike(l[i:])
		var left quoted.Expr
		if keyword {
			left = quoted.Block(append(quoted.Meta{{Key: "format", Value: quoted.Atom("keyword")}}, n.lineMeta()...), n.escaped(t[0]))
		} else {
			left = n.expr(t[0])
		}
		right := n.expr(t[1])
		pair := quoted.Tuple{left, right}
		if b, ok := left.(*quoted.Node); ok && head(b) == "__block__" && b.Meta.Get("format") == quoted.Expr(quoted.Atom("keyword")) {
			out = append(out, pair)
		} else {
			out = append(out, quoted.Block(n.lineMeta(), pair))
		}
	}
	return out
}

func (n *normalizer) mapNode(x *quoted.Node, args quoted.List) quoted.Expr {
	m := x.Meta
	if len(m) == 0 {
		m = quoted.Meta{{Key: "closing", Value: lineKeyword(n.line)}}
		if n.line != 0 {
			m = append(quoted.Meta{{Key: "line", Value: quoted.Int(n.line)}}, m...)
		}
	}
	var out quoted.List
	n.within(m, func() {
		if len(args) == 1 {
			if pipe, both, ok := quoted.IsCall(args[0], "|"); ok && len(both) == 2 {
				right, isList := both[1].(quoted.List)
				left := n.expr(both[0])
				var r quoted.Expr
				if isList {
					r = n.mapArgs(right)
				} else {
					r = n.expr(both[1])
				}
				out = quoted.List{quoted.Call("|", pipe.Meta, left, r)}
				return
			}
		}
		out = n.mapArgs(args)
	})
	return &quoted.Node{Head: x.Head, Meta: m, Args: out}
}

func (n *normalizer) mapArgs(args quoted.List) quoted.List {
	out := n.keywordArgs(args, false)
	for i, e := range out {
		if _, inner, ok := quoted.IsCall(e, "__block__"); ok && len(inner) == 1 {
			if t, ok := inner[0].(quoted.Tuple); ok && len(t) == 2 {
				out[i] = t
			}
		}
	}
	return out
}

func (n *normalizer) sigil(x *quoted.Node, args quoted.List) quoted.Expr {
	if len(args) != 2 || !strings.HasPrefix(string(head(x)), "sigil_") {
		return nil
	}
	s, parts, ok := quoted.IsCall(args[0], "<<>>")
	mods, isList := args[1].(quoted.List)
	if !ok || !isList || !interpolated(parts) {
		return nil
	}
	if _, ok := printableASCII(mods); !ok {
		return nil
	}
	m := n.patch(x.Meta)
	if !m.Has("delimiter") {
		m = append(quoted.Meta{{Key: "delimiter", Value: quoted.Str(`"`)}}, m...)
	}
	var inner quoted.Expr
	n.within(m, func() { inner = n.bits(s, parts, false) })
	return &quoted.Node{Head: x.Head, Meta: m, Args: quoted.List{inner, mods}}
}

func (n *normalizer) atomString(x, s *quoted.Node, parts quoted.List) quoted.Expr {
	dot := x.Head.(*quoted.Node)
	dotMeta := n.patch(dot.Meta)
	meta := x.Meta
	if !meta.Has("line") && dotMeta.Has("line") {
		meta = append(quoted.Meta{{Key: "line", Value: dotMeta.Get("line")}}, meta...)
	}
	var utf8 quoted.Expr = quoted.Atom("utf8")
	if !interpolated(parts) {
		utf8 = n.literal(utf8, nil)
	}
	return &quoted.Node{
		Head: &quoted.Node{Head: dot.Head, Meta: dotMeta, Args: dot.Args}, Meta: meta,
		Args: quoted.List{n.bits(s, parts, n.escape), utf8},
	}
}

// bits normalizes a bitstring or an interpolated string.
func (n *normalizer) bits(x *quoted.Node, parts quoted.List, escapeParts bool) quoted.Expr {
	m := n.patch(x.Meta)
	out := make(quoted.List, len(parts))
	text := interpolated(parts)
	n.within(m, func() {
		for i, p := range parts {
			seg, both, isSeg := quoted.IsCall(p, "::")
			switch {
			case text && isSeg:
				call := both[0].(*quoted.Node)
				dot := call.Head.(*quoted.Node)
				var inner quoted.Expr
				n.within(dot.Meta, func() { inner = n.expr(call.Args.(quoted.List)[0]) })
				out[i] = quoted.Call("::", seg.Meta, &quoted.Node{Head: call.Head, Meta: call.Meta, Args: quoted.List{inner}}, both[1])
			case text && escapeParts:
				out[i] = n.escaped(p)
			case text:
				out[i] = p
			case isSeg && len(both) == 2 && seg.Meta.Get("inferred_bitstring_spec") == quoted.Expr(quoted.True):
				out[i] = n.expr(both[0])
			default:
				out[i] = n.expr(p)
			}
		}
	})
	return &quoted.Node{Head: x.Head, Meta: m, Args: out}
}

// interpolated reports whether the parts of a bitstring are those of a string
// with interpolation.
func interpolated(parts quoted.List) bool {
	for _, p := range parts {
		if _, ok := p.(quoted.Str); ok {
			continue
		}
		if interpolation(p) == nil {
			return false
		}
	}
	return true
}

// interpolation returns what a part of a string interpolates, or nil.
func interpolation(p quoted.Expr) quoted.Expr {
	_, both, ok := quoted.IsCall(p, "::")
	if !ok || len(both) != 2 || !isRemote(both[0], "Elixir.Kernel", "to_string", 1) {
		return nil
	}
	if t, ok := both[1].(*quoted.Node); !ok || head(t) != "binary" {
		return nil
	}
	return both[0].(*quoted.Node).Args.(quoted.List)[0]
}

func listInterpolated(parts quoted.List) bool {
	for _, p := range parts {
		if _, ok := p.(quoted.Str); !ok && !isRemote(p, "Elixir.Kernel", "to_string", 1) {
			return false
		}
	}
	return true
}

func (n *normalizer) call(x *quoted.Node, args quoted.List) quoted.Expr {
	m := n.patch(x.Meta)
	form := x.Head
	name, local := form.(quoted.Atom)
	if !local {
		n.within(m, func() { form = n.expr(x.Head) })
	}
	noParens := local && localWithoutParens(name, len(args), n.opts)
	if isNil(m.Get("no_parens")) && isNil(m.Get("closing")) && isNil(m.Get("do")) && !noParens {
		m = append(quoted.Meta{{Key: "closing", Value: lineKeyword(m.Line())}}, m...)
	}
	all := func(args quoted.List) (out quoted.List) {
		n.within(m, func() { out = n.all(args) })
		return out
	}
	if local && !allowsKeywords(name, len(args)) {
		return &quoted.Node{Head: form, Meta: m, Args: all(args)}
	}
	var last quoted.List
	if len(args) > 0 {
		last, _ = args[len(args)-1].(quoted.List)
	}
	if m.Has("do") && last != nil || len(last) > 0 && wrappedDo(last[0]) && keywordLike(last) {
		return n.blocks(form, m, args, last)
	}
	if len(last) > 0 && isKeywordList(last) && last[0].(quoted.Tuple)[0] == quoted.Expr(quoted.Atom("do")) {
		m = append(append(quoted.Meta{}, m...),
			quoted.MetaEntry{Key: "do", Value: lineKeyword(n.line)}, quoted.MetaEntry{Key: "end", Value: lineKeyword(n.line)})
		return n.blocks(form, m, args, last)
	}
	out := all(args)
	if len(out) > 0 {
		// The brackets of keywords at the end are left out.
		if _, inner, ok := quoted.IsCall(out[len(out)-1], "__block__"); ok && len(inner) == 1 {
			if kw, ok := inner[0].(quoted.List); ok && len(kw) > 0 {
				if t, ok := kw[0].(quoted.Tuple); ok && len(t) == 2 {
					if b, ok := t[0].(*quoted.Node); ok && head(b) == "__block__" && b.Meta.Get("format") == quoted.Expr(quoted.Atom("keyword")) {
						out[len(out)-1] = kw
					}
				}
			}
		}
	}
	return &quoted.Node{Head: form, Meta: m, Args: out}
}

func isNil(e quoted.Expr) bool { return e == nil || e == quoted.Expr(quoted.Nil) }

func wrappedDo(e quoted.Expr) bool {
	t, ok := e.(quoted.Tuple)
	if !ok || len(t) != 2 {
		return false
	}
	_, args, ok := quoted.IsCall(t[0], "__block__")
	return ok && len(args) == 1 && args[0] == quoted.Expr(quoted.Atom("do"))
}

// allowsKeywords reports whether the last argument of a call may be keywords
// without brackets.
func allowsKeywords(name quoted.Atom, arity int) bool {
	switch {
	case name == "when" && arity == 2:
		return true
	case name == "{}":
		return false
	case arity == 1:
		_, ok := unaryOp(name)
		return !ok
	case arity == 2:
		_, _, ok := binaryOp(name)
		return !ok
	}
	return !(name == "..//" && arity == 3)
}

func (n *normalizer) blocks(form quoted.Expr, m quoted.Meta, args, blocks quoted.List) quoted.Expr {
	out := make(quoted.List, 0, len(args))
	var kw quoted.List
	n.within(m, func() {
		for _, e := range blocks {
			t := e.(quoted.Tuple)
			body := n.expr(t[1])
			if b, ok := body.(*quoted.Node); ok {
				if inner, ok := b.Args.(quoted.List); ok && len(inner) == 1 {
					if clauses, ok := inner[0].(quoted.List); ok && isClauses(clauses) {
						body = clauses
					}
				}
			}
			tag := t[0]
			if _, _, ok := quoted.IsCall(tag, "__block__"); !ok {
				var meta quoted.Meta
				if m.Has("line") {
					meta = quoted.Meta{{Key: "line", Value: m.Get("line")}}
				}
				tag = quoted.Block(meta, tag)
			}
			kw = append(kw, quoted.Tuple{tag, body})
		}
		out = append(out, n.all(args[:len(args)-1])...)
	})
	return &quoted.Node{Head: form, Meta: m, Args: append(out, kw)}
}

// isClauses reports whether a list begins with a clause.
func isClauses(l quoted.List) bool {
	if len(l) == 0 {
		return false
	}
	n, ok := l[0].(*quoted.Node)
	return ok && head(n) == "->"
}
