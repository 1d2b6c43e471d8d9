package expand

import (
	"vivarium/runtime/elixir/quoted"
)

func (x *expander) expandFn(n *quoted.Node, clauses quoted.List) quoted.Expr {
	meta := n.Meta
	out := make(quoted.List, len(clauses))
	arity := -1
	for i, c := range clauses {
		if _, left, _, ok := clauseParts(c); ok {
			for _, arg := range left {
				if _, _, ok := quoted.IsCall(arg, `\\`); ok {
					x.fileError(meta, "anonymous functions cannot have optional arguments")
				}
			}
		}
		x.scoped(func() {
			x.branch(func() { out[i] = x.clause(meta, "fn", c, x.head) })
		})
		_, left, _, _ := clauseParts(out[i])
		count := len(left)
		if len(left) == 1 {
			if _, all, ok := quoted.IsCall(left[0], "when"); ok {
				count = len(all) - 1
			}
		}
		if arity >= 0 && count != arity {
			x.fileError(meta, "cannot mix clauses with different arities in anonymous functions")
		}
		arity = count
	}
	return node("fn", x.versioned(meta), out...)
}

// expandCapture expands &.
func (x *expander) expandCapture(n *quoted.Node, arg quoted.Expr) quoted.Expr {
	meta := n.Meta
	x.noMatchOrGuard(meta, "&")
	if super, args, ok := quoted.IsCall(arg, "super"); ok {
		if kind, name := x.resolveSuper(meta, len(args)); kind == "def" || kind == "defp" {
			arg = node(name, super.Meta, args...)
		}
	} else if slash, parts, ok := quoted.IsCall(arg, "/"); ok && len(parts) == 2 {
		arity, isInt := parts[1].(quoted.Int)
		if v, name, ctx, ok := quoted.IsVar(parts[0]); ok && isInt && name == "super" {
			if kind, name := x.resolveSuper(meta, int(arity)); kind == "def" || kind == "defp" {
				arg = node("/", slash.Meta, quoted.Var(name, v.Meta, ctx), arity)
			}
		}
	}
	return x.capture(meta, arg)
}

// argsKind tells how the arguments of a captured call look.
type argsKind uint8

const (
	mixedArgs      argsKind = iota // anything: it becomes a fn
	sequentialArgs                 // &1, &2, ... in order: the function itself
	arityArgs                      // written as name/arity
)

func (x *expander) capture(meta quoted.Meta, arg quoted.Expr) quoted.Expr {
	switch e := arg.(type) {
	case *quoted.Node:
		return x.captureNode(meta, e)
	case quoted.Tuple:
		if len(e) == 2 {
			return x.capture(meta, node("{}", meta, e...))
		}
	case quoted.List:
		return x.captureExpr(meta, e, nil, sequential(e))
	case quoted.Int:
		x.fileError(meta, "capture argument &%d must be used within the capture operator &", int64(e))
	}
	x.invalidCapture(meta, arg)
	return nil
}

func (x *expander) captureNode(meta quoted.Meta, n *quoted.Node) quoted.Expr {
	if _, parts, ok := quoted.IsCall(n, "/"); ok && len(parts) == 2 {
		if arity, ok := parts[1].(quoted.Int); ok {
			if left, ok := parts[0].(*quoted.Node); ok {
				if dot, target, ok := quoted.IsCall(left.Head, "."); ok && len(target) == 2 {
					name, isAtom := target[1].(quoted.Atom)
					if args, ok := left.Args.(quoted.List); ok && len(args) == 0 && isAtom {
						placeholders := x.placeholders(meta, arity)
						if arity == 0 && left.Meta.Get("no_parens") != quoted.Expr(quoted.True) {
							m := x.c.toString(target[0])
							x.warn(meta, "extra parentheses on a remote function capture &"+m+"."+string(name)+"()/0 have been deprecated. Please remove the parentheses: &"+m+"."+string(name)+"/0")
						}
						return x.captureRemote(dot, left.Meta, placeholders, arityArgs)
					}
				}
			}
			if v, name, _, ok := quoted.IsVar(parts[0]); ok {
				return x.captureLocal(meta, &quoted.Node{Head: name, Meta: v.Meta, Args: x.placeholders(meta, arity)}, name, x.placeholders(meta, arity), arityArgs)
			}
		}
	}
	args, isCall := n.Args.(quoted.List)
	if isCall {
		if dot, parts, ok := quoted.IsCall(n.Head, "."); ok {
			switch len(parts) {
			case 2:
				if _, ok := parts[1].(quoted.Atom); ok {
					return x.captureRemote(dot, n.Meta, args, sequential(args))
				}
			case 1:
				return x.captureExpr(meta, n, nil, mixedArgs)
			}
		}
		if name, ok := n.Head.(quoted.Atom); ok {
			if name == "__block__" {
				if len(args) == 1 {
					return x.capture(meta, args[0])
				}
				x.fileError(meta, "block expressions are not allowed inside the capture operator &, got: %s", x.c.toString(n))
			}
			return x.captureLocal(n.Meta, n, name, args, sequential(args))
		}
	}
	x.invalidCapture(meta, n)
	return nil
}

// placeholders are &1 to &arity.
func (x *expander) placeholders(meta quoted.Meta, arity quoted.Int) quoted.List {
	if arity < 0 || arity > 255 {
		x.fileError(meta, "capture argument &%d must be numbered between 1 and 255", int64(arity))
	}
	out := make(quoted.List, arity)
	for i := range out {
		out[i] = node("&", nil, quoted.Int(i+1))
	}
	return out
}

func sequential(args quoted.List) argsKind {
	if len(args) == 0 {
		return mixedArgs
	}
	for i, a := range args {
		_, pos, ok := quoted.IsCall(a, "&")
		if !ok || len(pos) != 1 || pos[0] != quoted.Expr(quoted.Int(i+1)) {
			return mixedArgs
		}
	}
	return sequentialArgs
}

// captureLocal captures, at a place, a call without receiver: of an import if there is one,
// of the module's own function otherwise.
func (x *expander) captureLocal(at quoted.Meta, n *quoted.Node, name quoted.Atom, args quoted.List, kind argsKind) quoted.Expr {
	meta := n.Meta
	if kind != mixedArgs {
		na := NameArity{name, len(args)}
		if module, target, ok := x.importFunction(meta, na); ok {
			return x.remoteCapture(meta, meta, module, target)
		} else if target.Name != "" {
			if x.env.Function == nil {
				x.fileError(at, "undefined function %s/%d (there is no such import)", name, len(args))
			}
			return node("&", meta, node("/", nil, quoted.Var(name, meta, quoted.Nil), quoted.Int(na.Arity)))
		}
	}
	return x.captureExpr(meta, n, nil, kind)
}

// importFunction resolves a captured name: to a function of a module (ok), to
// one of this module (target named, not ok), or to a macro or special form
// (neither).
func (x *expander) importFunction(meta quoted.Meta, na NameArity) (module quoted.Atom, target NameArity, ok bool) {
	switch f := x.findImport(meta, na, nil); f.kind {
	case importedFunction:
		x.traceImportedFunction(meta, f.receiver, na)
		x.recordImport(na, f.receiver)
		return x.remoteTarget(meta, f.receiver, na)
	case importedMacro:
		return "", NameArity{}, false
	case quotedImport:
		return x.requireFunction(meta, f.receiver, na)
	case ambiguousImport:
		x.fileError(meta, "%s", ambiguousText(f, na))
	}
	if specialForm(na) {
		return "", NameArity{}, false
	}
	if x.env.Function != nil && *x.env.Function != na && x.localMacro(meta, na) != nil {
		return "", NameArity{}, false
	}
	if x.traced() && x.env.Function != nil {
		x.trace(quoted.Atom("local_function"), metaList(meta), na.Name, quoted.Int(na.Arity))
	}
	return "", na, false
}

func (x *expander) requireFunction(meta quoted.Meta, module quoted.Atom, na NameArity) (quoted.Atom, NameArity, bool) {
	if x.env.required(module) && x.c.hasMacro(module, na) {
		return "", NameArity{}, false
	}
	x.traceRemoteFunction(meta, module, na.Name, na.Arity)
	return x.remoteTarget(meta, module, na)
}

func (x *expander) remoteTarget(meta quoted.Meta, module quoted.Atom, na NameArity) (quoted.Atom, NameArity, bool) {
	x.checkDeprecated(false, meta, module, na)
	if to, ok := inline(module, na.Name, na.Arity); ok {
		return to.module, NameArity{to.name, to.arity}, true
	}
	return module, na, true
}

// remoteCapture is &module.name/arity, expanded.
func (x *expander) remoteCapture(meta, dotMeta quoted.Meta, module quoted.Expr, na NameArity) quoted.Expr {
	return node("&", meta, node("/", nil, remote(module, na.Name, dotMeta, meta), quoted.Int(na.Arity)))
}

// captureRemote captures left.name(args).
func (x *expander) captureRemote(dot *quoted.Node, meta quoted.Meta, args quoted.List, kind argsKind) quoted.Expr {
	parts := dot.Args.(quoted.List)
	name := parts[1].(quoted.Atom)
	left, found := x.captureArgs(parts[0], nil)
	if len(found) > 0 {
		return x.captureExpr(meta, remote(left, name, dot.Meta, meta, args...), found, kind)
	}
	receiver := x.expand(left)
	_, _, _, isVar := quoted.IsVar(receiver)
	module, isAtom := receiver.(quoted.Atom)
	if kind == arityArgs && !isAtom && !isVar {
		x.warn(meta, "expected the module in &module.fun/arity to expand to a variable or an atom, got: "+x.c.toString(parts[0])+"\nYou can either compute the module name outside of & or convert it to a regular anonymous function.")
	}
	if kind != mixedArgs {
		na := NameArity{name, len(args)}
		switch {
		case isVar:
			return x.remoteCapture(meta, dot.Meta, receiver, na)
		case isAtom:
			if m, target, ok := x.requireFunction(meta, module, na); ok {
				return x.remoteCapture(meta, dot.Meta, m, target)
			}
		}
	}
	return x.captureExpr(meta, remote(receiver, name, dot.Meta, meta, args...), nil, kind)
}

// captured is an &N met in a capture and the variable that stands for it.
type captured struct {
	pos int
	v   quoted.Expr
}

// captureExpr makes a fn of an expression with &N in it.
func (x *expander) captureExpr(meta quoted.Meta, e quoted.Expr, found []captured, kind argsKind) quoted.Expr {
	body, found := x.captureArgs(e, found)
	if len(found) == 0 {
		n, isNode := body.(*quoted.Node)
		_, parts, isDot := quoted.IsCall(headOf(n, isNode), ".")
		if kind == mixedArgs || !isDot || len(parts) != 2 {
			if kind == mixedArgs {
				x.invalidCapture(meta, e)
			}
		}
		if isDot && len(parts) == 2 {
			m := meta.Delete("no_parens")
			call := &quoted.Node{Head: n.Head, Meta: m, Args: n.Args}
			return x.expand(node("fn", m, node("->", m, emptyList, call)))
		}
	}
	vars := make(quoted.List, len(found))
	for i := range found {
		if found[i].pos != i+1 {
			x.fileError(meta, "capture argument &%d cannot be defined without &%d (you cannot skip arguments, all arguments must be numbered)", found[i].pos, i+1)
		}
		vars[i] = found[i].v
	}
	fnMeta := append(quoted.Meta{{Key: "capture", Value: quoted.True}}, meta...)
	return x.expand(node("fn", fnMeta, node("->", meta, vars, body)))
}

func headOf(n *quoted.Node, ok bool) quoted.Expr {
	if !ok {
		return nil
	}
	return n.Head
}

func (x *expander) invalidCapture(meta quoted.Meta, e quoted.Expr) {
	x.fileError(meta, "invalid args for &, expected one of:\n\n  * &Mod.fun/arity to capture a remote function, such as &Enum.map/2\n  * &fun/arity to capture a local or imported function, such as &is_atom/1\n  * &some_code(&1, ...) containing at least one argument as &1, such as &List.flatten(&1)\n\nGot: %s", x.c.toString(e))
}

// captureArgs replaces each &N by a variable; found is kept in order of N.
func (x *expander) captureArgs(e quoted.Expr, found []captured) (quoted.Expr, []captured) {
	switch e := e.(type) {
	case *quoted.Node:
		if _, args, ok := quoted.IsCall(e, "&"); ok {
			return x.captureArg(e, args, found)
		}
		if e.Head == quoted.Expr(quoted.Atom("&")) {
			x.nestedCapture(e)
		}
		head, found := x.captureArgs(e.Head, found)
		args, found := x.captureArgs(e.Args, found)
		return &quoted.Node{Head: head, Meta: e.Meta, Args: args}, found
	case quoted.Tuple:
		if len(e) == 2 {
			left, found := x.captureArgs(e[0], found)
			right, found := x.captureArgs(e[1], found)
			return quoted.Tuple{left, right}, found
		}
	case quoted.List:
		out := make(quoted.List, len(e))
		for i, item := range e {
			out[i], found = x.captureArgs(item, found)
		}
		return out, found
	}
	return e, found
}

func (x *expander) captureArg(n *quoted.Node, args quoted.List, found []captured) (quoted.Expr, []captured) {
	if len(args) != 1 {
		x.nestedCapture(n)
	}
	pos, ok := args[0].(quoted.Int)
	if !ok {
		x.nestedCapture(n)
	}
	if pos <= 0 {
		x.fileError(n.Meta, "capture argument &%d must be numbered between 1 and 255", int64(pos))
	}
	i := 0
	for i < len(found) && found[i].pos < int(pos) {
		i++
	}
	if i < len(found) && found[i].pos == int(pos) {
		return found[i].v, found
	}
	meta := append(quoted.Meta{{Key: "counter", Value: x.c.nextCounter(x.env.Module)}, {Key: "capture", Value: pos}}, n.Meta...)
	v := quoted.Var("_&", meta, "elixir_fn")
	out := append(append(append([]captured(nil), found[:i]...), captured{int(pos), v}), found[i:]...)
	return v, out
}

func (x *expander) nestedCapture(n *quoted.Node) {
	x.fileError(n.Meta, "nested captures are not allowed. You cannot define a function using the capture operator & inside another function defined via &. Got invalid nested capture: %s", x.c.toString(n))
}

// specialForm tells the names that cannot be imported or defined anew.
func specialForm(na NameArity) bool {
	switch na.Name {
	case "__aliases__", "__block__", "__cursor__", "->", "<<>>", "{}", "%{}", "fn", "super", "for", "with":
		return true
	case "__ENV__", "__CALLER__", "__STACKTRACE__", "__MODULE__", "__DIR__":
		return na.Arity == 0
	case "&", "^", "unquote", "unquote_splicing", "cond", "try", "receive":
		return na.Arity == 1
	case "=", "%", "|", ".", "::", "case":
		return na.Arity == 2
	case "alias", "require", "import", "quote":
		return na.Arity == 1 || na.Arity == 2
	}
	return false
}
