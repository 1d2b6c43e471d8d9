package expand

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// guardFunctions are those of :erlang that may be called in guards.
var guardFunctions = map[NameArity]bool{}

func init() {
	const list = `*/2 +/1 +/2 -/1 -/2 //2 /=/2 </2 =/=/2 =:=/2 =</2 ==/2 >/2 >=/2 abs/1 and/2 andalso/2 band/2
		binary_part/2 binary_part/3 bit_size/1 bnot/1 bor/2 bsl/2 bsr/2 bxor/2 byte_size/1 ceil/1 div/2 element/2
		float/1 floor/1 hd/1 is_atom/1 is_binary/1 is_bitstring/1 is_boolean/1 is_float/1 is_function/1 is_function/2
		is_integer/1 is_integer/3 is_list/1 is_map/1 is_map_key/2 is_number/1 is_pid/1 is_port/1 is_reference/1
		is_tuple/1 length/1 map_get/2 map_size/1 max/2 min/2 node/0 node/1 not/1 or/2 orelse/2 rem/2 round/1 self/0
		size/1 tl/1 trunc/1 tuple_size/1 xor/2`
	for _, field := range strings.Fields(list) {
		n := len(field) - 1
		guardFunctions[NameArity{quoted.Atom(field[:n-1]), int(field[n] - '0')}] = true
	}
}

// rewriteCall makes the node of a remote call outside of patterns and guards,
// simplified where Elixir does so.
func rewriteCall(receiver quoted.Expr, dotMeta quoted.Meta, name quoted.Atom, meta quoted.Meta, args []quoted.Expr) quoted.Expr {
	switch receiver {
	case quoted.Expr(quoted.Atom("Elixir.String.Chars")):
		if name == "to_string" && len(args) == 1 && alwaysString(args[0]) {
			return args[0]
		}
	case quoted.Expr(quoted.Atom("erlang")):
		if len(args) == 1 && (name == "+" || name == "-") {
			if number, ok := signed(name, args[0]); ok {
				return number
			}
		}
	case quoted.Expr(quoted.Atom("Elixir.Float")):
		if len(args) == 1 {
			short := quoted.List{quoted.Atom("short")}
			switch name {
			case "to_charlist":
				return remote(quoted.Atom("erlang"), "float_to_list", dotMeta, meta, args[0], short)
			case "to_string":
				return remote(quoted.Atom("erlang"), "float_to_binary", dotMeta, meta, args[0], short)
			}
		}
	case quoted.Expr(quoted.Atom("Elixir.Process")):
		if name == "monitor" && (len(args) == 1 || len(args) == 2) {
			return remote(quoted.Atom("erlang"), "monitor", dotMeta, meta, append([]quoted.Expr{quoted.Atom("process")}, args...)...)
		}
	case quoted.Expr(quoted.Atom("Elixir.Port")):
		if name == "monitor" && len(args) == 1 {
			return remote(quoted.Atom("erlang"), "monitor", dotMeta, meta, quoted.Atom("port"), args[0])
		}
	}
	return remote(receiver, name, dotMeta, meta, args...)
}

// remote makes a remote call with separate metadata for the dot.
func remote(receiver quoted.Expr, name quoted.Atom, dotMeta, meta quoted.Meta, args ...quoted.Expr) *quoted.Node {
	return &quoted.Node{Head: node(".", dotMeta, receiver, name), Meta: meta, Args: quoted.List(args)}
}

// remoteCall recognises a remote call of a module's function.
func remoteCall(e quoted.Expr) (module, name quoted.Atom, args quoted.List, ok bool) {
	n, ok := e.(*quoted.Node)
	if !ok {
		return "", "", nil, false
	}
	_, parts, ok := quoted.IsCall(n.Head, ".")
	if !ok || len(parts) != 2 {
		return "", "", nil, false
	}
	module, ok1 := parts[0].(quoted.Atom)
	name, ok2 := parts[1].(quoted.Atom)
	args, ok3 := n.Args.(quoted.List)
	return module, name, args, ok1 && ok2 && ok3
}

func signed(op quoted.Atom, e quoted.Expr) (quoted.Expr, bool) {
	switch n := e.(type) {
	case quoted.Int:
		if op == "+" {
			return n, true
		}
		if n == minInt {
			break
		}
		return -n, true
	case quoted.Float:
		if op == "+" {
			return n, true
		}
		return -n, true
	case *quoted.Big:
		if op == "+" {
			return n, true
		}
	default:
		return nil, false
	}
	return negateBig(e), true
}

// alwaysString tells the calls that are known to give a string.
func alwaysString(e quoted.Expr) bool {
	if _, ok := e.(quoted.Str); ok {
		return true
	}
	module, name, _, ok := remoteCall(e)
	if !ok {
		return false
	}
	switch module {
	case "Elixir.Enum":
		return name == "join" || name == "map_join"
	case "Elixir.Kernel":
		return name == "inspect"
	case "Elixir.Macro", "Elixir.String.Chars":
		return name == "to_string"
	case "Elixir.Path":
		return name == "join"
	}
	return false
}

// rewriteMatch makes the pattern that a call in a pattern stands for: only
// ++ on a literal list.
func (x *expander) rewriteMatch(receiver quoted.Expr, name quoted.Atom, meta quoted.Meta, args []quoted.Expr) quoted.Expr {
	if receiver == quoted.Expr(quoted.Atom("erlang")) && name == "++" && len(args) == 2 {
		if e, ok := appendPattern(args[0], args[1], meta); ok {
			return e
		}
		x.fileError(meta, "invalid argument for ++ operator inside a match, expected a literal proper list, got: %s", x.c.toString(args[0]))
	}
	x.fileError(meta, "%s %s.%s/%d inside a match", x.cannotInvoke(receiver, name, len(args)), x.c.toString(receiver), name, len(args))
	return nil
}

func appendPattern(left, right quoted.Expr, meta quoted.Meta) (quoted.Expr, bool) {
	list, ok := left.(quoted.List)
	if !ok {
		return nil, false
	}
	if len(list) == 0 {
		return right, true
	}
	last := list[len(list)-1]
	front := list[:len(list)-1]
	if cons, parts, ok := quoted.IsCall(last, "|"); ok && len(parts) == 2 {
		tail, ok := parts[1].(quoted.List)
		if !ok {
			return nil, false
		}
		rest, ok := appendPattern(tail, right, meta)
		if !ok {
			return nil, false
		}
		return append(front[:len(front):len(front)], node("|", cons.Meta, parts[0], rest)), true
	}
	return append(front[:len(front):len(front)], node("|", meta, last, right)), true
}

// rewriteGuard makes the guard that a call stands for.
func (x *expander) rewriteGuard(receiver quoted.Expr, dotMeta quoted.Meta, name quoted.Atom, meta quoted.Meta, args []quoted.Expr) quoted.Expr {
	if receiver == quoted.Expr(quoted.Atom("Elixir.Kernel")) {
		switch {
		case name == "is_map_key" && len(args) == 2:
			return remote(quoted.Atom("erlang"), "is_map_key", dotMeta, meta, args[1], args[0])
		case name == "elem" && len(args) == 2:
			return remote(quoted.Atom("erlang"), "element", dotMeta, meta, increment(meta, args[1]), args[0])
		case name == "put_elem" && len(args) == 3:
			return remote(quoted.Atom("erlang"), "setelement", dotMeta, meta, increment(meta, args[1]), args[0], args[2])
		}
	}
	if receiver == quoted.Expr(quoted.Atom("erlang")) && guardFunctions[NameArity{name, len(args)}] {
		return remote(receiver, name, dotMeta, meta, args...)
	}
	x.fileError(meta, "%s %s.%s/%d inside a %s", x.cannotInvoke(receiver, name, len(args)), x.c.toString(receiver), name, len(args), x.guardInfo())
	return nil
}

func increment(meta quoted.Meta, e quoted.Expr) quoted.Expr {
	if i, ok := e.(quoted.Int); ok {
		return i + 1
	}
	return remote(quoted.Atom("erlang"), "+", meta, meta, e, quoted.Int(1))
}

func (x *expander) cannotInvoke(receiver quoted.Expr, name quoted.Atom, arity int) string {
	if module, ok := receiver.(quoted.Atom); ok && x.c.hasMacro(module, NameArity{name, arity}) {
		return "you must require the module " + x.c.toString(receiver) + " before invoking macro"
	}
	return "cannot invoke remote function"
}

// returnsBoolean tells the expanded expressions that give true or false.
func returnsBoolean(e quoted.Expr) bool {
	switch e := e.(type) {
	case quoted.Atom:
		return e == quoted.True || e == quoted.False
	case *quoted.Node:
		if module, name, args, ok := remoteCall(e); ok {
			return booleanCall(module, name, args)
		}
		args, ok := e.Args.(quoted.List)
		if !ok || len(args) == 0 {
			return false
		}
		switch e.Head {
		case quoted.Expr(quoted.Atom("__block__")):
			return returnsBoolean(args[len(args)-1])
		case quoted.Expr(quoted.Atom("case")), quoted.Expr(quoted.Atom("cond")):
			opts, ok := quoted.Pairs(args[len(args)-1])
			if !ok || len(opts) != 1 || opts[0].Key != "do" {
				return false
			}
			clauses, ok := opts[0].Value.(quoted.List)
			for _, c := range clauses {
				_, sides, ok := quoted.IsCall(c, "->")
				if !ok || len(sides) != 2 || !returnsBoolean(sides[1]) {
					return false
				}
			}
			return ok
		}
	}
	return false
}

func booleanCall(module, name quoted.Atom, args quoted.List) bool {
	if module == "lists" {
		return name == "member" && len(args) == 2
	}
	if module != "erlang" {
		return false
	}
	switch len(args) {
	case 1:
		switch name {
		case "not", "is_atom", "is_binary", "is_bitstring", "is_boolean", "is_float", "is_function", "is_integer",
			"is_list", "is_number", "is_pid", "is_port", "is_reference", "is_tuple", "is_map", "is_process_alive":
			return true
		}
	case 2:
		switch name {
		case "and", "or", "xor", "==", "/=", "=<", ">=", "<", ">", "=:=", "=/=", "is_map_key", "is_function", "is_record":
			return true
		case "andalso", "orelse":
			return returnsBoolean(args[1])
		}
	case 3:
		return name == "function_exported" || name == "is_record"
	}
	return false
}
