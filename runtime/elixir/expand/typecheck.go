package expand

import (
	"sort"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// checkTypes checks that the types that types and specs speak of are there.
func (d *defining) checkTypes() {
	m := d.m
	for _, specs := range []bool{false, true} {
		for i := range m.specs {
			s := &m.specs[i]
			isSpec := s.kind == "spec" || s.kind == "callback" || s.kind == "macrocallback"
			if isSpec == specs {
				t := &typeNames{c: d.c, m: m, env: s.env, vars: map[quoted.Atom]bool{}, used: map[quoted.Atom]int{}}
				t.definition(s.expr)
				t.checkVariables()
			}
		}
	}
}

// typeNames looks for types that are not there in a type or spec.
type typeNames struct {
	c    *Compiler
	m    *module
	env  *Env
	vars map[quoted.Atom]bool
	used map[quoted.Atom]int // how often each variable stands in it
}

// checkVariables checks that each variable of a type or spec says something.
func (t *typeNames) checkVariables() {
	names := make([]string, 0, len(t.used))
	for name := range t.used {
		names = append(names, string(name))
	}
	sort.Strings(names)
	for _, name := range names {
		if t.used[quoted.Atom(name)] == 1 && !strings.HasPrefix(name, "_") {
			panic(typeError(t.env, "type variable "+name+" is used only once. Type variables in typespecs must be referenced at least twice, otherwise it is equivalent to term()"))
		}
	}
}

func (t *typeNames) definition(e quoted.Expr) {
	if _, args, ok := quoted.IsCall(e, "when"); ok && len(args) == 2 {
		bounds, _ := quoted.Pairs(args[1])
		for _, b := range bounds {
			t.vars[b.Key] = true
		}
		for _, b := range bounds {
			if _, name, _, ok := quoted.IsVar(b.Value); !ok || name != "var" {
				t.used[b.Key]++
				t.check(b.Value)
			}
		}
		t.spec(args[0])
		return
	}
	t.spec(e)
}

// spec looks at name(args) :: type; the variables of a type's head are its
// parameters.
func (t *typeNames) spec(e quoted.Expr) {
	_, sides, ok := quoted.IsCall(e, "::")
	if !ok || len(sides) != 2 {
		return
	}
	if head, ok := sides[0].(*quoted.Node); ok {
		args, _ := head.Args.(quoted.List)
		isType := t.m.definesType(NameArity{atomOr(head.Head, ""), len(args)})
		for _, a := range args {
			if _, name, _, ok := quoted.IsVar(a); ok && isType {
				t.vars[name] = true
				t.used[name]++
			} else {
				t.check(a)
			}
		}
	}
	t.check(sides[1])
}

func (t *typeNames) check(e quoted.Expr) {
	switch e := e.(type) {
	case quoted.Tuple:
		for _, x := range e {
			t.check(x)
		}
	case quoted.List:
		for _, x := range e {
			t.check(x)
		}
	case *quoted.Node:
		head, isAtom := e.Head.(quoted.Atom)
		args, _ := e.Args.(quoted.List)
		if !isAtom {
			if _, _, ok := quoted.IsCall(e.Head, "."); ok {
				t.check(args)
			}
			return
		}
		switch head {
		case "::":
			if len(args) == 2 {
				t.check(args[1])
			}
		case "|", "{}", "%{}", "->", "optional", "required":
			t.check(args)
		case "%":
			if len(args) == 2 {
				t.check(args[1])
			}
		case "<<>>", "..", "-", "+", "...", "@", "__aliases__", "__MODULE__", "record", "when", "unquote", "fn", "var":
		default:
			na := NameArity{head, len(args)}
			if len(args) == 0 && t.vars[head] {
				t.used[head]++
				return
			}
			if !builtinTypes[text(na)] && !t.m.definesType(na) {
				panic(typeError(t.env, "type "+text(na)+" undefined (no such type in "+inspectAtom(t.m.name)+")"))
			}
			t.check(args)
		}
	}
}

var builtinTypes = func() map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.Fields(`any/0 term/0 none/0 no_return/0 dynamic/0 atom/0 map/0 pid/0 port/0
		reference/0 tuple/0 float/0 integer/0 neg_integer/0 non_neg_integer/0 pos_integer/0 list/0 list/1
		nonempty_list/0 nonempty_list/1 maybe_improper_list/0 maybe_improper_list/2
		nonempty_improper_list/2 nonempty_maybe_improper_list/0 nonempty_maybe_improper_list/2 arity/0
		as_boolean/1 binary/0 nonempty_binary/0 bitstring/0 nonempty_bitstring/0 boolean/0 byte/0 char/0
		charlist/0 nonempty_charlist/0 string/0 nonempty_string/0 fun/0 function/0 identifier/0 iodata/0
		iolist/0 keyword/0 keyword/1 mfa/0 module/0 node/0 number/0 struct/0 timeout/0`) {
		out[name] = true
	}
	return out
}()
