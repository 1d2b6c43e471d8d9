package format

import "vivarium/runtime/elixir/quoted"

// clause is the node of ->, with its arguments and its body.
type clause struct {
	meta quoted.Meta
	args quoted.List
	body quoted.Expr
}

func clausesOf(l quoted.List) []clause {
	out := make([]clause, 0, len(l))
	for _, e := range l {
		n, ok := e.(*quoted.Node)
		if !ok {
			continue
		}
		both, ok := n.Args.(quoted.List)
		if !ok || len(both) != 2 {
			continue
		}
		args, _ := both[0].(quoted.List)
		out = append(out, clause{n.Meta, args, both[1]})
	}
	return out
}

// multiLine reports whether clauses are to stand on several lines.
func (f *formatter) multiLine(cs []clause) bool {
	for _, c := range cs {
		if f.eol(c.meta) {
			return true
		}
		if _, args, ok := quoted.IsCall(c.body, "__block__"); ok && len(args) > 1 {
			return true
		}
	}
	return false
}

func (f *formatter) breakOrLine(cs []clause) doc {
	if f.multiLine(cs) {
		return newline{}
	}
	return space()
}

func (f *formatter) forceClauses(d doc, cs []clause) doc {
	if f.multiLine(cs) {
		return forced(d)
	}
	return d
}

// fn writes an anonymous function.
func (f *formatter) fn(l quoted.List, m quoted.Meta) doc {
	cs := clausesOf(l)
	if len(cs) == 1 && (len(cs[0].args) == 0 || !f.eol(m)) {
		c := cs[0]
		lo := line(c.meta)
		var start doc = raw("fn ->")
		if len(c.args) > 0 {
			args := f.clauseArgs(c.args, lo)
			start = concat(raw("fn "), grouped(nested(concat(ungroup(args), raw(" ->")), cursor)))
		}
		body := f.block(c.body, lo, closingLine(m))
		br := f.breakOrLine(cs)
		d := concat(nested(concat(start, br, body), 2), br, raw("end"))
		return grouped(f.forceClauses(d, cs))
	}
	return forced(lines(nested(lines(raw("fn"), f.clauseList(cs, line(m), closingLine(m))), 2), raw("end")))
}

// parenFun writes clauses in parentheses, as in types.
func (f *formatter) parenFun(l quoted.List, hi int) doc {
	cs := clausesOf(l)
	if len(cs) == 1 {
		c := cs[0]
		lo := line(c.meta)
		if len(c.args) == 0 {
			body := f.block(c.body, lo, hi)
			return grouped(f.forceClauses(concat(raw("(-> "), nested(body, cursor), raw(")")), cs))
		}
		args := f.clauseArgs(c.args, lo)
		body := f.block(c.body, lo, hi)
		d := concat(grouped(concat(ungroup(args), raw(" ->"))), nested(concat(f.breakOrLine(cs), body), 2))
		return grouped(f.forceClauses(parens(d), cs))
	}
	return forced(lines(nested(lines(raw("("), f.clauseList(cs, maxLine, hi)), 2), raw(")")))
}

// clauses writes the body of a block, which may be clauses.
func (f *formatter) clauses(e quoted.Expr, lo, hi int) doc {
	if l, ok := e.(quoted.List); ok && isClauses(l) {
		return f.clauseList(clausesOf(l), lo, hi)
	}
	d := f.block(e, lo, hi)
	if d == nil {
		return nil
	}
	return grouped(d)
}

func (f *formatter) clauseList(cs []clause, lo, hi int) doc {
	var d doc
	for i, c := range cs {
		end := closingLine(c.meta)
		if i == len(cs)-1 {
			end = hi
		}
		x := f.clause(c, lo, end)
		if i == 0 {
			d = x
		} else {
			d = lines(concat(d, nested(softbreak(), reset)), x)
		}
	}
	return grouped(f.forceClauses(d, cs))
}

func (f *formatter) clause(c clause, lo, hi int) doc {
	if len(c.args) == 0 {
		return nested(glue(raw("() ->"), f.block(c.body, line(c.meta), hi)), 2)
	}
	saved := f.nesting
	f.nesting += 2
	args := f.clauseArgs(c.args, lo)
	f.nesting = saved
	body := f.block(c.body, lo, hi)
	return concat(grouped(concat(ungroup(args), raw(" ->"))), nested(concat(space(), body), 2))
}

// clauseArgs writes the arguments of a clause with the comments before them.
func (f *formatter) clauseArgs(args quoted.List, lo int) doc {
	docs, found := f.withComments(quoted.List{args}, nil, lo, minLine, func(e quoted.Expr, _ int) piece {
		return piece{f.clauseHead(e.(quoted.List)), nil, 1}
	})
	d := docs[0]
	for _, x := range docs[1:] {
		if found {
			d = lines(d, x)
		} else {
			d = glue(d, x)
		}
	}
	return d
}

// clauseHead writes the arguments of a clause with its guard.
func (f *formatter) clauseHead(args quoted.List) doc {
	if len(args) == 0 {
		return raw("()")
	}
	if len(args) == 1 {
		if n, both, ok := quoted.IsCall(args[0], "when"); ok && len(both) > 0 {
			left := make(quoted.List, len(both)-1)
			for i, e := range both[:len(both)-1] {
				if l, ok := e.(quoted.List); ok && len(l) > 0 {
					e = quoted.Block(nil, l)
				}
				left[i] = e
			}
			all := &quoted.Node{Head: clauseArgs, Meta: n.Meta, Args: quoted.List{left}}
			return f.binary("when", "when", n.Meta, all, both[len(both)-1], noParensArg, f.nesting)
		}
	}
	return f.many(args, func(e quoted.Expr) doc { return f.expr(e, noParensArg) })
}
