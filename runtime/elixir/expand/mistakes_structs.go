package expand

import "vivarium/runtime/elixir/quoted"

// Mistakes with structs: fields they do not have, and updates of what is not
// known to be one.

// structPattern gives the variable of a pattern %Name{...} = var its type, when
// the fields in it are literals or variables.
func (m *mistakes) structPattern(pattern quoted.Expr) {
	n, sides, ok := quoted.IsCall(pattern, "=")
	if !ok || isGenerated(n.Meta) {
		return
	}
	variable, shape := sides[1], sides[0]
	if _, _, _, isVar := version(shape); isVar {
		variable, shape = shape, variable
	}
	_, name, v, isVar := version(variable)
	_, pairs, isMap := quoted.IsCall(shape, "%{}")
	if !isVar || !isMap || m.vars[v] == nil {
		return
	}
	given := map[quoted.Atom]*valueType{}
	t := &valueType{kind: structType}
	for _, p := range pairs {
		pair, _ := p.(quoted.Tuple)
		if len(pair) != 2 {
			return
		}
		key, isAtom := pair[0].(quoted.Atom)
		_, _, _, plain := version(pair[1])
		literal := m.literal(pair[1])
		switch {
		case !isAtom:
			return
		case key == structKey:
			if t.name, isAtom = pair[1].(quoted.Atom); !isAtom {
				return
			}
		case literal != nil:
			given[key] = literal
		case !plain && !isUnderscore(pair[1]):
			return
		}
	}
	if t.name == "" {
		return
	}
	fields, ok := m.fieldsOf(t.name)
	if !ok {
		return
	}
	for _, f := range fields {
		t.keys, t.elems = append(t.keys, f), append(t.elems, given[f])
	}
	m.vars[v] = &knownVar{name: name, typ: t, traces: []typeTrace{{t.String(), n.Meta, headPattern(n)}}, within: pairs}
}

func (m *mistakes) fieldsOf(module quoted.Atom) ([]quoted.Atom, bool) {
	if own := m.c.modules[module]; own != nil {
		return fieldNames(own.structInfo), own.structInfo != nil
	}
	if !m.c.Loaded(module, false) {
		return nil, false
	}
	return m.c.structFieldsOf(module)
}

// structUpdate is %Name{value | ...}: the value must be known to be such a
// struct.
func (m *mistakes) structUpdate(n *quoted.Node, place quoted.Tuple, parts quoted.List, t *valueType) *valueType {
	module, _ := place[0].(quoted.Atom)
	_, name, _, isVar := version(parts[0])
	if !isVar || isGenerated(n.Meta) || t != nil && t.kind == structType && t.name == module {
		return t
	}
	given := "dynamic()"
	switch {
	case t != nil:
		given = t.String()
	case !m.isParameter(parts[0]):
		return nil
	}
	meta := quoted.Meta{{Key: "line", Value: place[1]}, {Key: "column", Value: place[2]}}
	shown := node("%", nil, module, node("%{}", nil, node("|", nil, parts...)))
	m.reportWith(meta, "a struct for "+inspectAtom(module)+" is expected on struct update:\n\n"+indented(m.text(shown))+"\n\nbut got type:\n\n"+indented(given),
		"\n\nwhen defining the variable \""+string(name)+"\", you must also pattern match on \"%"+inspectAtom(module)+"{}\"", parts[0])
	return nil
}
