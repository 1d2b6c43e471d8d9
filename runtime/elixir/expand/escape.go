package expand

import (
	"vivarium/runtime/elixir/quoted"
)

// EscapeOptions are those of Macro.escape.
type EscapeOptions struct {
	Unquote bool
	Prune   bool        // prune_metadata: keep only line, no_parens and delimiter
	Struct  quoted.Atom // the struct whose defaults are escaped, or ""
}

// Escape returns code that builds a value.
func (c *Compiler) Escape(e quoted.Expr, opts EscapeOptions) (code quoted.Expr, exc *Exception) {
	exc = c.try(func() {
		q := &quoting{escape: &escaping{c, opts}, unquote: opts.Unquote, line: quoted.True, file: quoted.Nil}
		code = q.quote(e)
	})
	return code, exc
}

type escaping struct {
	c    *Compiler
	opts EscapeOptions
}

func (q *quoting) escapeMeta(meta quoted.Meta) quoted.Expr { return q.quote(metaList(meta)) }

// escapeNode escapes a tuple of three that is a call or variable.
func (q *quoting) escapeNode(n *quoted.Node) quoted.Expr {
	if q.escape.opts.Prune {
		var kept quoted.Meta
		for _, e := range n.Meta {
			if e.Key == "no_parens" || e.Key == "line" || e.Key == "delimiter" {
				kept = append(kept, e)
			}
		}
		return tuple3(q.quote(n.Head), metaList(kept), q.quote(n.Args))
	}
	return tuple3(q.quote(n.Head), q.quote(metaList(n.Meta)), q.quote(n.Args))
}

func (q *quoting) escapeTerm(e quoted.Expr) quoted.Expr {
	switch e := e.(type) {
	case quoted.Atom, quoted.Int, *quoted.Big, quoted.Float, quoted.Str:
		return e
	case quoted.Tuple:
		items := q.escapeTerm(quoted.List(e))
		if list, ok := items.(quoted.List); ok {
			return node("{}", nil, list...)
		}
		// A splice decides how long the tuple is when the code runs.
		return remote(quoted.Atom("erlang"), "list_to_tuple", nil, nil, items)
	case quoted.List:
		return q.quoteList(e)
	case *quoted.Cons:
		front, ok := q.spliceExpr(quoted.List(e.Elems)).(quoted.List)
		if !ok || len(front) == 0 {
			break
		}
		last := len(front) - 1
		return append(front[:last:last], node("|", nil, front[last], q.quote(e.Tail)))
	case *quoted.Bits:
		return escapeBits(e)
	case *quoted.Map:
		return q.escapeMap(e)
	case *quoted.Opaque:
		switch info := q.escape.c.Describe(e); info.Kind {
		case PidOpaque:
			return e
		case ExternalFunOpaque:
			return captureOf(info)
		}
	}
	panic(argumentError("cannot escape %s%s", q.escape.c.inspect(e), escapeHint))
}

const escapeHint = ". The supported values are: lists, tuples, maps, atoms, numbers, bitstrings, PIDs and remote functions in the format &Mod.fun/arity"

// escapeBits builds a bitstring from its first odd bits and the bytes after.
func escapeBits(b *quoted.Bits) quoted.Expr {
	odd := b.Size % 8
	if odd == 0 {
		return quoted.Str(b.Data[:b.Size/8])
	}
	first := quoted.Int(b.Data[0] >> (8 - odd))
	rest := make([]byte, b.Size/8)
	for i := range rest {
		rest[i] = b.Data[i]<<odd | b.Data[i+1]>>(8-odd)
	}
	return node("<<>>", nil,
		node("::", nil, first, node("size", nil, quoted.Int(odd))),
		node("::", nil, quoted.Str(rest), quoted.Var("binary", nil, quoted.Nil)))
}

func (q *quoting) escapeMap(m *quoted.Map) quoted.Expr {
	c := q.escape.c
	if module, ok := mapGet(m, quoted.Atom("__struct__")).(quoted.Atom); ok && module != q.escape.opts.Struct {
		if c.Loaded(module, false) && c.Exported(module, "__escape__", 1) {
			if q.escape.opts.Struct != "" {
				panic(argumentError("%s defines custom escaping rules which are not supported in struct defaults%s", inspectAtom(module), escapeHint))
			}
			code := c.call(module, "__escape__", m)
			if !c.validAST(code) {
				panic(argumentError("%s.__escape__/1 returned invalid AST: %s", inspectAtom(module), c.inspect(code)))
			}
			return code
		}
	}
	out := make([]quoted.Expr, len(m.Pairs))
	for i, p := range m.Pairs {
		out[i] = quoted.Tuple{q.quote(p.Key), q.quote(p.Value)}
	}
	return node("%{}", nil, out...)
}
