package expand

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// Mistakes with calls of functions of which is known what they take.

// elem is elem(tuple, index).
func (m *mistakes) elem(n *quoted.Node, args quoted.List, t *valueType) *valueType {
	index, known := args[1].(quoted.Int)
	if !known || index < 0 || t == nil || t.kind != tupleType {
		return nil
	}
	if int(index) < len(t.elems) {
		return t.elems[index]
	}
	shown := node("elem", nil, args...)
	m.report(n.Meta, "expected a tuple with at least "+itoa(int(index)+1)+" elements in Kernel.elem/2:\n\n"+indented(m.text(shown))+
		"\n\nthe given type does not have the given index:\n\n"+indented(t.String()), args[0])
	return nil
}

// reportCall warns about a call whose arguments no clause takes.
func (m *mistakes) reportCall(n *quoted.Node, function string, given, rows []string, args quoted.List) {
	text := "incompatible types given to " + function + ":\n\n" + indented(m.text(n)) +
		"\n\ngiven types:\n\n    " + strings.Join(given, ", ") + "\n\nbut expected one of:\n\n"
	for i, row := range rows {
		if len(rows) > 1 {
			text += "    #" + itoa(i+1) + "\n"
		}
		text += "    " + row
		if i < len(rows)-1 {
			text += "\n\n"
		}
	}
	m.report(n.Meta, text, args...)
}

// checkSignature checks the types of the arguments of a call to the library.
func (m *mistakes) checkSignature(n *quoted.Node, function string, args quoted.List, types []*valueType, e expectation) *valueType {
	ok, wrong := fits(e.accepted, types)
	if !ok {
		given := make([]string, len(args))
		for i, t := range types {
			switch {
			case t == nil && !m.isParameter(args[i]):
				return nil
			case t == nil:
				given[i] = "dynamic()"
			case wrong[i]:
				given[i] = "-" + t.String() + "-"
			default:
				given[i] = t.String()
			}
		}
		m.reportCall(n, function, given, e.rows, args)
		return nil
	}
	for i, t := range types {
		if wanted := splitTypes(e.accepted[0], ", "); t == nil && i < len(wanted) && wanted[i] != "term()" {
			m.forget(args[i]) // it has one of the expected types from here on
		}
	}
	if e.known {
		return &valueType{kind: e.result}
	}
	return nil
}

// isParameter reports whether an expression is a parameter of which nothing is
// known.
func (m *mistakes) isParameter(e quoted.Expr) bool {
	_, _, v, ok := version(e)
	if !ok {
		return false
	}
	known := m.vars[v]
	return known != nil && !known.opaque && known.typ == nil && len(known.traces) == 1 && known.traces[0].typ == "dynamic()"
}
