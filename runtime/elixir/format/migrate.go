package format

import "vivarium/runtime/elixir/quoted"

// Rewriting old forms: see Migrations.

// heredocQuotes returns how a charlist heredoc is opened and closed.
func (f *formatter) heredocQuotes() (open, quotes string) {
	if f.migrate.CharlistsAsSigils {
		return `~c"""`, `"""`
	}
	return "'''", "'''"
}

// charlistQuotes returns how a charlist is opened and closed; double says
// whether there are double quotes in it.
func (f *formatter) charlistQuotes(double bool) (open, quotes string) {
	switch {
	case !f.migrate.CharlistsAsSigils:
		return "'", "'"
	case double:
		return "~c'", "'"
	}
	return `~c"`, `"`
}

// modifiers are the names that a bitstring segment may have without
// parentheses.
var modifiers = set("_ big little native signed unsigned integer float bits bitstring binary bytes utf8 utf16 utf32")

// migratedModifier takes away the parentheses of a known modifier, and gives
// them to another.
func migratedModifier(n *quoted.Node) quoted.Expr {
	name, ok := n.Head.(quoted.Atom)
	if !ok {
		return n
	}
	args, isList := n.Args.(quoted.List)
	if isList && len(args) > 0 || !isList && n.Args != quoted.Expr(quoted.Nil) {
		return n
	}
	if modifiers[name] {
		return &quoted.Node{Head: name, Meta: n.Meta, Args: quoted.Nil}
	}
	return &quoted.Node{Head: name, Meta: n.Meta, Args: quoted.List{}}
}

// withCallParens makes a call of what a pipe leads to, or returns nil when it
// is one.
func withCallParens(n *quoted.Node) quoted.Expr {
	if name, ok := n.Head.(quoted.Atom); ok {
		if _, isVar := n.Args.(quoted.Atom); isVar {
			return &quoted.Node{Head: name, Meta: n.Meta, Args: quoted.List{}}
		}
		return nil
	}
	if _, _, _, args, ok := remote(n); ok && len(args) == 0 && !n.Meta.Has("closing") {
		m := append(quoted.Meta{{Key: "closing", Value: lineKeyword(n.Meta.Line())}}, n.Meta...)
		return &quoted.Node{Head: n.Head, Meta: m, Args: args}
	}
	return nil
}

// migrated rewrites unless. Where a macro is defined for |> or unless, their
// migration ends, as it does in Elixir: for the rest of the source.
func (f *formatter) migrated(x *quoted.Node, args quoted.List, ctx context) (doc, bool) {
	name := head(x)
	switch {
	case (name == "defmacro" || name == "defmacrop") && len(args) == 2:
		callee, ok := args[0].(*quoted.Node)
		if !ok {
			return nil, false
		}
		switch {
		case head(callee) == "|>" && f.migrate.CallParensOnPipe:
			f.migrate.CallParensOnPipe = false
		case head(callee) == "unless" && f.migrate.Unless:
			f.migrate.Unless = false
		default:
			return nil, false
		}
		return f.node(x, args, ctx), true
	case !f.migrate.Unless:
	case name == "unless" && len(args) == 2:
		return f.node(&quoted.Node{Head: quoted.Atom("if"), Meta: x.Meta}, quoted.List{negated(args[0]), args[1]}, ctx), true
	case name == "|>" && len(args) == 2:
		last, block, ok := quoted.IsCall(args[1], "unless")
		if !ok || len(block) != 1 {
			break
		}
		condition := negated(args[0])
		if _, _, piped := quoted.IsCall(args[0], "|>"); piped {
			not := &quoted.Node{
				Head: quoted.Call(".", nil, quoted.Atom("Elixir.Kernel"), quoted.Atom("!")),
				Meta: quoted.Meta{{Key: "closing", Value: quoted.List{}}}, Args: quoted.List{},
			}
			condition = quoted.Call("|>", nil, args[0], not)
		}
		both := quoted.List{condition, &quoted.Node{Head: quoted.Atom("if"), Meta: last.Meta, Args: block}}
		return f.node(&quoted.Node{Head: x.Head, Meta: x.Meta, Args: both}, both, ctx), true
	}
	return nil, false
}

var (
	comparisons = set("> >= < <= in")
	guards      = set("is_atom is_boolean is_nil is_number is_integer is_float is_binary is_map is_struct " +
		"is_non_struct_map is_exception is_list is_tuple is_function is_reference is_pid is_port")
	opposites = map[quoted.Atom]quoted.Atom{"==": "!=", "===": "!==", "!=": "==", "!==": "==="}
)

// negated turns a condition around.
func negated(e quoted.Expr) quoted.Expr {
	n, ok := e.(*quoted.Node)
	if !ok {
		return quoted.Call("!", nil, e)
	}
	args, _ := n.Args.(quoted.List)
	name := head(n)
	switch {
	case (name == "!" || name == "not") && len(args) == 1:
		return args[0]
	case comparisons[name] && len(args) == 2, guards[name] && len(args) > 0:
		return quoted.Call("not", nil, e)
	case opposites[name] != "" && len(args) == 2:
		return &quoted.Node{Head: opposites[name], Meta: n.Meta, Args: args}
	}
	return quoted.Call("!", nil, e)
}
