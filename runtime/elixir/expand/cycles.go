package expand

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// cycles records, while a pattern is expanded, which variables stand on one
// side of a match inside of it and which on the other: {x, y} = {y, x} has no
// solution that a match could find.
type cycles struct {
	depends map[varID]map[varID]bool // the value: depends on it twice
	skip    []map[varID]bool
	shown   map[varID]varEntry
}

// parallelMatch expands left = right inside of a pattern.
func (x *expander) parallelMatch(n *quoted.Node) quoted.Expr {
	type part struct {
		meta quoted.Meta
		e    quoted.Expr
	}
	var parts []part
	var unpack func(e quoted.Expr, meta quoted.Meta)
	unpack = func(e quoted.Expr, meta quoted.Meta) {
		m, sides, ok := quoted.IsCall(e, "=")
		if !ok || len(sides) != 2 {
			parts = append(parts, part{meta, e})
			return
		}
		if left, ok := sides[0].(*quoted.Node); ok && equal(sides[0], sides[1]) {
			text := x.c.toString(left)
			x.c.warnAt(left.Meta, x.env.onlyFile(), "this pattern is matched against itself inside a match: "+text+" = "+text)
			unpack(sides[1], m.Meta)
			return
		}
		unpack(sides[0], m.Meta)
		unpack(sides[1], m.Meta)
	}
	unpack(n, n.Meta)

	before := x.state
	expanded := make([]quoted.Expr, len(parts))
	writes := make([]varMap, len(parts))
	for i, p := range parts {
		x.write, x.writing = nil, true
		expanded[i] = x.expand(p.e)
		writes[i] = x.write
	}
	e := expanded[len(parts)-1]
	for i := len(parts) - 2; i >= 0; i-- {
		e = node("=", parts[i].meta, expanded[i], e)
	}
	all := x.recordCycles(writes)
	x.write, x.writing = before.write, before.writing
	if before.writing {
		x.write = before.write.merge(all)
	}
	return e
}

// recordCycles notes that the variables of each part depend on those of the
// others.
func (x *expander) recordCycles(writes []varMap) varMap {
	c := &x.prematch.cycles
	if c.depends == nil {
		*c = cycles{depends: map[varID]map[varID]bool{}, shown: map[varID]varEntry{}}
	}
	var all varMap
	for i, write := range writes {
		on := map[varID]bool{}
		for j, other := range writes {
			if j != i {
				for _, v := range other {
					on[v.varID] = false
				}
			}
		}
		for _, v := range write {
			c.shown[v.varID] = v
			have := c.depends[v.varID]
			if have == nil {
				have = map[varID]bool{}
				c.depends[v.varID] = have
			}
			for id := range on {
				_, twice := have[id]
				have[id] = twice
			}
		}
		if len(on) > 1 {
			c.skip = append(c.skip, on)
		}
		all = all.merge(write)
	}
	return all
}

// validateCycles is an error when the variables of a pattern depend on
// themselves.
func (x *expander) validateCycles(meta quoted.Meta, shown quoted.Expr, head *NameArity) {
	c := x.prematch.cycles
	if len(c.depends) == 0 {
		return
	}
	v := &cycleCheck{x: x, cycles: c, meta: meta, shown: shown, head: head}
	seen := map[varID]bool{}
	for _, id := range sortedIDs(c.depends) {
		seen = v.visit(id, varID{}, seen)
	}
}

type cycleCheck struct {
	cycles
	x     *expander
	meta  quoted.Meta
	shown quoted.Expr
	head  *NameArity
}

// visit follows what a variable depends on. seen holds true for what was
// visited on the way, false for what another part already accounts for.
func (v *cycleCheck) visit(current, source varID, seen map[varID]bool) map[varID]bool {
	if _, ok := seen[current]; ok {
		return seen
	}
	on := v.depends[current]
	if _, ok := on[current]; ok {
		v.fail(current)
	}
	once := map[varID]bool{}
	next := map[varID]bool{}
	for _, skip := range v.skip {
		if _, ok := skip[current]; !ok {
			continue
		}
		for id := range skip {
			if _, ok := on[id]; ok {
				once[id] = true
			} else {
				next[id] = false
			}
		}
	}
	for id, s := range seen {
		next[id] = s
	}
	next[current] = true
	for _, id := range sortedIDs(on) {
		switch {
		case on[id]:
			v.fail(current, id)
		case id == source || once[id]:
		case seen[id]:
			ids := []varID{current}
			for _, other := range sortedIDs(seen) {
				if other != current {
					ids = append(ids, other)
				}
			}
			v.fail(ids...)
		default:
			next = v.visit(id, current, next)
		}
	}
	return next
}

func (v *cycleCheck) fail(ids ...varID) {
	code := ""
	if v.head != nil {
		args, _ := v.shown.(quoted.List)
		code = v.x.c.toString(node(v.head.Name, nil, args...))
	} else {
		code = v.x.c.toString(v.shown)
	}
	set := map[varID]bool{}
	for _, id := range ids {
		set[id] = true
	}
	names := make([]string, 0, len(set))
	for _, id := range sortedIDs(set) {
		kind := quoted.Nil
		if k, ok := v.cycles.shown[id].key.(quoted.Atom); ok {
			kind = k
		}
		names = append(names, varInfo(id.name, kind))
	}
	message := ""
	switch len(names) {
	case 1:
		message = "the variable " + names[0] + " depends on itself through the pattern"
	case 2:
		message = "the variable " + names[0] + " depends on " + names[1] + " through the pattern"
	default:
		message = "the following variables form a cycle: " + strings.Join(names, ", ")
	}
	v.x.fileError(v.meta, "cyclic variable definition in patterns:\n\n%s\n\n%s", code, message)
}

func sortedIDs[V any](m map[varID]V) []varID {
	ids := make([]varID, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	sortIDs(ids)
	return ids
}
