package expand

import (
	"sort"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// valueType is the type of a value, as far as plain mistakes can be told by
// it. There is none (nil) for what is not known exactly.
type valueType struct {
	kind  valueKind
	name  quoted.Atom   // of atomType and structType
	keys  []quoted.Atom // of mapType, in order, and of structType
	elems []*valueType  // of tupleType, listType (the types of its elements), mapType and structType (nil for any)
	loose bool          // a dynamic atom or list: a guard tells no more
}

type valueKind uint8

const (
	integerType valueKind = iota
	floatType
	numberType // dynamic(float() or integer())
	binaryType
	atomType
	anyAtomType
	booleanType
	emptyListType
	listType // of one element or more
	anyListType
	tupleType
	mapType
	structType // dynamic(%Name{...})
	pidType
	referenceType
)

// String is the type as warnings show it.
func (t *valueType) String() string {
	switch t.kind {
	case integerType:
		return "integer()"
	case floatType:
		return "float()"
	case numberType:
		return "dynamic(float() or integer())"
	case binaryType:
		return "binary()"
	case atomType:
		return inspectAtom(t.name)
	case anyAtomType:
		return t.dynamic("atom()")
	case booleanType:
		return t.dynamic("boolean()")
	case emptyListType:
		return "empty_list()"
	case anyListType:
		return t.dynamic("empty_list() or non_empty_list(term(), term())")
	case listType:
		return "non_empty_list(" + unionText(t.elems) + ")"
	case tupleType:
		return "{" + strings.Join(typeTexts(t.elems), ", ") + "}"
	case mapType:
		if len(t.keys) == 0 {
			return "empty_map()"
		}
		parts := make([]string, len(t.keys))
		for i, key := range t.keys {
			parts[i] = quoted.InspectKey(key) + " " + t.elems[i].String()
		}
		sort.Strings(parts)
		return "%{" + strings.Join(parts, ", ") + "}"
	case structType:
		return t.structText(false)
	case pidType:
		return "pid()"
	case referenceType:
		return "reference()"
	}
	return "term()"
}

// structText is a struct with the fields of which something is known, or with
// all.
func (t *valueType) structText(all bool) string {
	var fields []string
	for i, key := range t.keys {
		switch {
		case t.elems[i] != nil:
			fields = append(fields, quoted.InspectKey(key)+" "+t.elems[i].String())
		case all:
			fields = append(fields, quoted.InspectKey(key)+" term()")
		}
	}
	name := "dynamic(%" + inspectAtom(t.name) + "{"
	if text := name + strings.Join(fields, ", ") + "})"; len(text) <= 98 {
		return text
	}
	return name + "\n  " + strings.Join(fields, ",\n  ") + "\n})"
}

func (t *valueType) dynamic(text string) string {
	if t.loose {
		return "dynamic(" + text + ")"
	}
	return text
}

func typeTexts(types []*valueType) []string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = t.String()
	}
	return out
}

// unionText is the union of types, in order and each once.
func unionText(types []*valueType) string {
	texts := typeTexts(types)
	sort.Strings(texts)
	out := texts[:0]
	for i, text := range texts {
		if i == 0 || text != texts[i-1] {
			out = append(out, text)
		}
	}
	return strings.Join(out, " or ")
}

func (t *valueType) is(kinds ...valueKind) bool {
	for _, k := range kinds {
		if t.kind == k {
			return true
		}
	}
	return false
}

// family puts types together that may hold equal values.
func (t *valueType) family() string {
	switch t.kind {
	case integerType, floatType, numberType:
		return "number"
	case atomType, anyAtomType, booleanType:
		return "atom"
	case emptyListType, listType, anyListType:
		return "list"
	case tupleType:
		return "tuple"
	case mapType, structType:
		return "map"
	case binaryType:
		return "binary"
	case pidType:
		return "pid"
	}
	return "reference"
}

// expectation is what a function takes: rows of the types of its arguments, as
// warnings show them, and which families each argument may have.
type expectation struct {
	rows     []string
	families []string // one for each argument; several are separated by a |
	accepted []string // for functions of the library, instead of families: rows of what is taken
	result   valueKind
	known    bool // the result's type
}

// expectations are those of the functions of which learners get a type wrong.
var expectations = func() map[string]expectation {
	arithmetic := []string{"integer(), integer()", "integer(), float()", "float(), integer()", "float(), float()"}
	out := map[string]expectation{
		"erlang./ 2":          {rows: []string{"float() or integer(), float() or integer()"}, families: []string{"number", "number"}, result: floatType, known: true},
		"erlang.not 1":        {rows: []string{"true", "false"}, families: []string{"atom"}},
		"erlang.length 1":     {rows: []string{"list(term())"}, families: []string{"list"}, result: integerType, known: true},
		"erlang.hd 1":         {rows: []string{"non_empty_list(term(), term())"}, families: []string{"full list"}},
		"erlang.tl 1":         {rows: []string{"non_empty_list(term(), term())"}, families: []string{"full list"}},
		"erlang.tuple_size 1": {rows: []string{"{...}"}, families: []string{"tuple"}, result: integerType, known: true},
		"erlang.map_size 1":   {rows: []string{"map()"}, families: []string{"map"}, result: integerType, known: true},
		"erlang.byte_size 1":  {rows: []string{"bitstring()"}, families: []string{"binary"}, result: integerType, known: true},
		"erlang.bit_size 1":   {rows: []string{"bitstring()"}, families: []string{"binary"}, result: integerType, known: true},
		"erlang.round 1":      {rows: []string{"float() or integer()"}, families: []string{"number"}, result: integerType, known: true},
		"erlang.trunc 1":      {rows: []string{"float() or integer()"}, families: []string{"number"}, result: integerType, known: true},
		"erlang.abs 1":        {rows: []string{"integer()", "float()"}, families: []string{"number"}},
		"erlang.- 1":          {rows: []string{"integer()", "float()"}, families: []string{"number"}},
		"erlang.+ 1":          {rows: []string{"integer()", "float()"}, families: []string{"number"}},
		"erlang.div 2":        {rows: []string{"integer(), integer()"}, families: []string{"integer", "integer"}, result: integerType, known: true},
		"erlang.rem 2":        {rows: []string{"integer(), integer()"}, families: []string{"integer", "integer"}, result: integerType, known: true},
		"erlang.self 0":       {result: pidType, known: true},
		"erlang.make_ref 0":   {result: referenceType, known: true},
	}
	for _, op := range [...]string{"+", "-", "*"} {
		out["erlang."+op+" 2"] = expectation{rows: arithmetic, families: []string{"number", "number"}}
	}
	return out
}()

// takes reports whether an argument may have a type.
func (e *expectation) takes(i int, t *valueType) bool {
	switch want := e.families[i]; want {
	case "integer":
		return t.is(integerType, numberType)
	case "full list":
		return t.is(listType, anyListType)
	case "atom": // a boolean
		return t.is(booleanType, anyAtomType) || t.kind == atomType && (t.name == quoted.True || t.name == quoted.False)
	default:
		return t.family() == want
	}
}
