package expand

import (
	"sort"

	"vivarium/runtime/elixir/quoted"
)

// Warnings about code that does nothing: clauses that never match because one
// before them always does, and calls without an effect whose result is dropped.
// Erlang's compiler gives these, about what it compiles: functions of modules.

func (c *Compiler) warnUselessCode(m *module, def *ModuleDef) {
	var out []warning
	for i := range def.Functions {
		f := &def.Functions[i]
		if f.Name == "__info__" || f.Name == "module_info" || f.Name == "behaviour_info" {
			continue
		}
		env := &Env{File: f.File, Module: quoted.Nil, fileOnly: true}
		u := &uselessCode{c: c, warn: func(meta quoted.Meta, message string) {
			out = append(out, warning{meta: meta, env: env, message: message})
		}}
		na := NameArity{f.Name, f.Arity}
		if isMacroFunction(f.Name) {
			na = localTarget(f.Name, f.Arity)
		}
		var earlier []arm
		for j := range f.Clauses {
			cl := &f.Clauses[j]
			args := cl.Args
			if isMacroFunction(f.Name) && len(args) > 0 {
				args = args[1:]
			}
			earlier = u.arm(earlier, arm{cl.Meta, args, cl.Guard}, " for "+text(na))
			u.walk(cl.Body)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i].meta, out[j].meta
		return a.Line() < b.Line() || a.Line() == b.Line() && a.Column() < b.Column()
	})
	for _, w := range out {
		c.warnAt(w.meta, w.env, w.message)
	}
}

type uselessCode struct {
	c    *Compiler
	warn func(meta quoted.Meta, message string)
}

// arm is a clause, of a function or of a block.
type arm struct {
	meta  quoted.Meta
	args  []quoted.Expr
	guard quoted.Expr
}

// arm warns about a clause that one of the earlier ones leaves nothing to.
func (u *uselessCode) arm(earlier []arm, a arm, of string) []arm {
	if isGenerated(a.meta) {
		return earlier
	}
	var same *arm
	for i := range earlier {
		e := &earlier[i]
		p := &covering{seen: map[varPlace]bool{}, always: true}
		if !unguarded(e.guard) || !p.all(e.args, a.args) {
			continue
		}
		if p.always {
			u.warn(a.meta, "this clause"+of+" cannot match because a previous clause at line "+itoa(e.meta.Line())+" always matches")
			return append(earlier, a)
		}
		if same == nil {
			same = e
		}
	}
	if same != nil {
		u.warn(a.meta, "this clause cannot match because a previous clause at line "+itoa(same.meta.Line())+" matches the same pattern as this clause")
	}
	return append(earlier, a)
}

func unguarded(guard quoted.Expr) bool { return guard == nil || guard == quoted.Expr(quoted.True) }

func isGenerated(meta quoted.Meta) bool {
	return meta.Get("generated") == quoted.Expr(quoted.True) || meta.Line() == 0
}

// covering finds out whether all that matches one pattern matches another.
type covering struct {
	seen   map[varPlace]bool
	always bool // the first pattern matches anything
}

type varPlace struct {
	name    quoted.Atom
	version quoted.Int
}

func (p *covering) all(patterns, others []quoted.Expr) bool {
	if len(patterns) != len(others) {
		return false
	}
	for i := range patterns {
		if !p.covers(patterns[i], others[i]) {
			return false
		}
	}
	return true
}

func (p *covering) covers(pattern, other quoted.Expr) bool {
	if v, name, _, ok := quoted.IsVar(pattern); ok {
		version, _ := v.Meta.Get("version").(quoted.Int)
		place := varPlace{name, version}
		if name != "_" && p.seen[place] {
			return false // it must be equal to what it was before
		}
		p.seen[place] = true
		return true
	}
	if _, sides, ok := quoted.IsCall(pattern, "="); ok && len(sides) == 2 {
		return p.covers(sides[0], other) && p.covers(sides[1], other)
	}
	p.always = false
	if _, sides, ok := quoted.IsCall(other, "="); ok && len(sides) == 2 {
		return p.covers(pattern, sides[0]) || p.covers(pattern, sides[1])
	}
	switch pattern := pattern.(type) {
	case quoted.Atom, quoted.Int, quoted.Float, quoted.Str:
		return pattern == other
	case quoted.List:
		list, ok := other.(quoted.List)
		if !ok {
			return false
		}
		return p.list(pattern, list)
	}
	if elements, ok := tupleElements(pattern); ok {
		others, ok := tupleElements(other)
		return ok && p.all(elements, others)
	}
	if pairs, ok := mapPattern(pattern); ok {
		others, ok := mapPattern(other)
		return ok && p.pairs(pairs, others)
	}
	return false
}

// list compares lists, whose tail may be a pattern.
func (p *covering) list(pattern, other quoted.List) bool {
	for {
		head, tail, rest, ok := splitList(pattern)
		if !ok {
			return len(other) == 0
		}
		otherHead, otherTail, otherRest, ok := splitList(other)
		if !ok || !p.covers(head, otherHead) {
			return false
		}
		switch {
		case tail == nil && otherTail == nil:
			pattern, other = rest, otherRest
		case tail != nil && otherTail != nil:
			return p.covers(tail, otherTail)
		case tail != nil:
			return p.covers(tail, otherRest)
		default:
			return false
		}
	}
}

// splitList takes the first element from a list, and its tail if that is
// written after a bar.
func splitList(list quoted.List) (head, tail quoted.Expr, rest quoted.List, ok bool) {
	if len(list) == 0 {
		return nil, nil, nil, false
	}
	if _, sides, ok := quoted.IsCall(list[0], "|"); ok && len(sides) == 2 && len(list) == 1 {
		return sides[0], sides[1], nil, true
	}
	return list[0], nil, list[1:], true
}

func (p *covering) pairs(pairs, others []quoted.Tuple) bool {
	for _, pair := range pairs {
		found := false
		for _, o := range others {
			if quoted.Equal(pair[0], o[0]) {
				found = p.covers(pair[1], o[1])
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func tupleElements(e quoted.Expr) ([]quoted.Expr, bool) {
	if t, ok := e.(quoted.Tuple); ok {
		return t, true
	}
	_, args, ok := quoted.IsCall(e, "{}")
	return args, ok
}

// mapPattern lists the pairs of the pattern of a map or struct.
func mapPattern(e quoted.Expr) (pairs []quoted.Tuple, ok bool) {
	if _, args, ok := quoted.IsCall(e, "%"); ok && len(args) == 2 {
		pairs, ok = mapPattern(args[1])
		return append([]quoted.Tuple{{quoted.Atom("__struct__"), args[0]}}, pairs...), ok
	}
	_, args, ok := quoted.IsCall(e, "%{}")
	for _, a := range args {
		t, isPair := a.(quoted.Tuple)
		if !isPair || len(t) != 2 {
			return nil, false
		}
		pairs = append(pairs, t)
	}
	return pairs, ok
}

// walk looks through expanded code.
func (u *uselessCode) walk(e quoted.Expr) {
	switch e := e.(type) {
	case quoted.Tuple:
		for _, x := range e {
			u.walk(x)
		}
	case quoted.List:
		u.arrows(e)
		for _, x := range e {
			u.walk(x)
		}
	case *quoted.Node:
		args, ok := e.Args.(quoted.List)
		if !ok {
			return
		}
		switch e.Head {
		case quoted.Expr(quoted.Atom("__block__")):
			for i, x := range args {
				if i < len(args)-1 {
					u.dropped(x)
				}
			}
		case quoted.Expr(quoted.Atom("fn")):
			u.arrows(args)
		case quoted.Expr(quoted.Atom("try")):
			u.try(args)
			return
		case quoted.Expr(quoted.Atom("cond")):
			u.bodies(args)
			return
		}
		u.walk(e.Head)
		for _, a := range args {
			u.walk(a)
		}
	}
}

// try looks at a try's parts: its rescue clauses are no plain patterns.
func (u *uselessCode) try(args quoted.List) {
	pairs, _ := quoted.Pairs(quoted.Expr(args[len(args)-1]))
	for _, p := range pairs {
		if p.Key == "rescue" || p.Key == "catch" || p.Key == "else" {
			u.bodies(quoted.List{p.Value})
		} else {
			u.walk(p.Value)
		}
	}
}

// bodies looks only at what clauses do.
func (u *uselessCode) bodies(list quoted.List) {
	for _, e := range list {
		switch e := e.(type) {
		case quoted.List:
			u.bodies(e)
		case quoted.Tuple:
			u.bodies(quoted.List(e))
		case *quoted.Node:
			if _, _, body, ok := clauseParts(e); ok {
				u.walk(body)
			} else {
				u.walk(e)
			}
		}
	}
}

// arrows compares the clauses of a block.
func (u *uselessCode) arrows(list quoted.List) {
	var earlier []arm
	for _, e := range list {
		meta, left, _, ok := clauseParts(e)
		if !ok {
			return
		}
		a := arm{meta: meta, args: left}
		if len(left) == 1 {
			if _, all, ok := quoted.IsCall(left[0], "when"); ok && len(all) > 0 {
				a.args, a.guard = all[:len(all)-1], all[len(all)-1]
			}
		}
		earlier = u.arm(earlier, a, "")
	}
}

const ignored = " is ignored (suppress the warning by assigning the expression to the _ variable)"

// dropped warns about a call without an effect whose result nobody takes.
func (u *uselessCode) dropped(e quoted.Expr) {
	module, name, args, ok := remoteCall(e)
	if !ok || module != "erlang" {
		return
	}
	meta := e.(*quoted.Node).Meta
	if isGenerated(meta) {
		return
	}
	na := string(name) + "/" + itoa(len(args))
	switch effects[na] {
	case comparison:
		u.warn(meta, "use of operator "+elixirOperator(string(name))+" has no effect")
	case operation:
		u.warn(meta, "the result of evaluating operator '"+string(name)+"'/"+itoa(len(args))+ignored)
	case harmless:
		u.warn(meta, "the call to "+na+" has no effect")
	case failing:
		u.warn(meta, "the result of calling "+na+ignored)
	}
}

// effect says what a function of :erlang does besides giving a result.
type effect uint8

const (
	unknownEffect effect = iota
	comparison
	operation // an operator that may fail
	harmless
	failing // nothing but that it may fail
)

var effects = func() map[string]effect {
	out := map[string]effect{}
	for kind, names := range map[effect][]string{
		comparison: {"==/2", "/=/2", "=:=/2", "=/=/2", "</2", ">/2", "=</2", ">=/2"},
		operation: {"+/2", "-/2", "*/2", "//2", "+/1", "-/1", "div/2", "rem/2", "band/2", "bor/2", "bxor/2",
			"bnot/1", "bsl/2", "bsr/2", "not/1", "and/2", "or/2", "xor/2", "++/2", "--/2"},
		harmless: {"is_atom/1", "is_binary/1", "is_bitstring/1", "is_boolean/1", "is_float/1", "is_function/1",
			"is_integer/1", "is_list/1", "is_map/1", "is_number/1", "is_pid/1", "is_port/1", "is_reference/1",
			"is_tuple/1", "self/0", "node/0", "make_ref/0", "max/2", "min/2"},
		failing: {"length/1", "hd/1", "tl/1", "abs/1", "element/2", "tuple_size/1", "byte_size/1",
			"bit_size/1", "size/1", "round/1", "trunc/1", "floor/1", "ceil/1", "float/1", "map_get/2",
			"is_map_key/2", "binary_part/3", "binary_part/2", "is_function/2", "node/1"},
	} {
		for _, name := range names {
			out[name] = kind
		}
	}
	return out
}()

func elixirOperator(name string) string {
	switch name {
	case "=:=":
		return "==="
	case "=/=":
		return "!=="
	case "/=":
		return "!="
	case "=<":
		return "<="
	}
	return name
}
