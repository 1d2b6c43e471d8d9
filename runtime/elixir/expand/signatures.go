package expand

import (
	_ "embed"
	"strings"

	"vivarium/runtime/elixir/quoted"
)

// signaturesText holds what Elixir's type checker knows of the arguments of
// the library's functions, as its warnings show it. A line [Module] stands
// above the module's functions, each a line of fields with tabs between: the
// name and arity; the type of the result, where it is exactly known; the types
// that the arguments must have, where that is not what a clause says; and a
// field for each clause. LIST is short for a list that may be empty.
//
//go:embed signatures.txt
var signaturesText string

// librarySignature reads a function's line.
func librarySignature(module, name quoted.Atom, arity int) (e expectation, ok bool) {
	rest, ok := strings.CutPrefix(string(module), aliasPrefix)
	if !ok {
		return e, false
	}
	_, section, ok := strings.Cut(signaturesText, "["+rest+"]\n")
	if !ok {
		return e, false
	}
	if end := strings.Index(section, "\n["); end >= 0 {
		section = section[:end+1]
	}
	key := string(name) + "/" + itoa(arity) + "\t"
	at := 0
	if !strings.HasPrefix(section, key) {
		if at = strings.Index(section, "\n"+key); at < 0 {
			return e, false
		}
		at++
	}
	line, _, _ := strings.Cut(section[at:], "\n")
	fields := strings.Split(strings.ReplaceAll(line, "LIST", "empty_list() or non_empty_list(term(), term())"), "\t")
	e.rows = fields[3:]
	e.accepted = e.rows
	if fields[2] != "" {
		e.accepted = fields[2:3]
	}
	if kind, known := map[string]valueKind{
		"binary": binaryType, "integer": integerType, "float": floatType, "boolean": booleanType, "pid": pidType, "reference": referenceType,
	}[fields[1]]; known {
		e.result, e.known = kind, true
	}
	return e, true
}

// fits reports whether arguments of these types are taken by one of the rows,
// and otherwise which are wrong: those that no row takes, or all when none is.
func fits(rows []string, types []*valueType) (ok bool, wrong []bool) {
	wrong = make([]bool, len(types))
	for i := range wrong {
		wrong[i] = types[i] != nil
	}
	for _, row := range rows {
		all := true
		for i, want := range splitTypes(row, ", ") {
			if i < len(types) && types[i] != nil && !types[i].oneOf(want) {
				all = false
			} else if i < len(types) {
				wrong[i] = false
			}
		}
		if all {
			return true, nil
		}
	}
	none := true
	for _, w := range wrong {
		none = none && !w
	}
	for i := range wrong {
		wrong[i] = wrong[i] || none && types[i] != nil
	}
	return false, wrong
}

// splitTypes splits at separators outside of brackets.
func splitTypes(text, separator string) (out []string) {
	depth, start := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth == 0 && strings.HasPrefix(text[i:], separator) {
			out = append(out, text[start:i])
			start = i + len(separator)
			i = start - 1
		}
	}
	return append(out, text[start:])
}

// oneOf reports whether values of a type may be of a union, given as text. What
// is not understood there is taken for any type.
func (t *valueType) oneOf(union string) bool {
	for _, part := range splitTypes(union, " or ") {
		switch {
		case part == "none()":
		case part == "integer()":
			if t.is(integerType, numberType) {
				return true
			}
		case part == "float()":
			if t.is(floatType, numberType) {
				return true
			}
		case part == "binary()" || part == "bitstring()":
			if t.kind == binaryType {
				return true
			}
		case part == "atom()":
			if t.family() == "atom" {
				return true
			}
		case part == "boolean()":
			if t.is(booleanType, anyAtomType) || t.kind == atomType && (t.name == quoted.True || t.name == quoted.False) {
				return true
			}
		case part == "pid()":
			if t.kind == pidType {
				return true
			}
		case part == "reference()":
			if t.kind == referenceType {
				return true
			}
		case part == "port()" || part == "fun()" || strings.HasPrefix(part, "(") && strings.Contains(part, "->"):
		case part == "empty_list()":
			if t.is(emptyListType, anyListType) {
				return true
			}
		case strings.HasPrefix(part, "non_empty_list("):
			if t.is(listType, anyListType) {
				return true
			}
		case strings.HasPrefix(part, "list("):
			if t.family() == "list" {
				return true
			}
		case strings.HasPrefix(part, "{"):
			if t.kind == tupleType && t.tupleOf(part) {
				return true
			}
		case part == "map()" || strings.HasPrefix(part, "%{...") || strings.HasPrefix(part, "(%"):
			if t.family() == "map" {
				return true
			}
		case part == "empty_map()" || part == "non_struct_map()" || strings.HasPrefix(part, "%{"):
			if t.kind == mapType {
				return true
			}
		case strings.HasPrefix(part, "%"):
			if t.kind == mapType || t.kind == structType && strings.HasPrefix(part, "%"+inspectAtom(t.name)+"{") {
				return true
			}
		case part == "true" || part == "false" || part == "nil" || strings.HasPrefix(part, ":"):
			if t.is(anyAtomType, booleanType) || t.kind == atomType && inspectAtom(t.name) == part {
				return true
			}
		case isModuleName(part):
			if t.kind == anyAtomType || t.kind == atomType && inspectAtom(t.name) == part {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// tupleOf reports whether a tuple may be one of a type such as {:ok, term()}.
func (t *valueType) tupleOf(text string) bool {
	inner, ok := strings.CutSuffix(strings.TrimPrefix(text, "{"), "}")
	if !ok || strings.Contains(inner, "...") {
		return true
	}
	parts := splitTypes(inner, ", ")
	if inner == "" {
		parts = nil
	}
	if len(parts) != len(t.elems) {
		return false
	}
	for i, part := range parts {
		if t.elems[i] != nil && !t.elems[i].oneOf(part) {
			return false
		}
	}
	return true
}

// isModuleName tells an atom such as Calendar.ISO from a variable's or a type's
// name.
func isModuleName(text string) bool {
	return text != "" && text[0] >= 'A' && text[0] <= 'Z' && !strings.ContainsAny(text, "( {%")
}

// written is the function that a call of one of Erlang's may have been written
// as: Integer.to_string/1 for integer_to_binary/1.
var written = func() map[remoteName]remoteName {
	out := map[remoteName]remoteName{}
	for from, to := range inlined {
		old, there := out[to]
		switch {
		case from.module == "Elixir.Bitwise" && len(from.name) > 0 && (from.name[0] < 'a' || from.name[0] > 'z'):
		case !there, from.module == "Elixir.Kernel", old.module != "Elixir.Kernel" && from.module < old.module:
			out[to] = from
		}
	}
	return out
}()

// asCalled names a function as it was called.
func asCalled(module, name quoted.Atom, arity int) (quoted.Atom, quoted.Atom) {
	if from, ok := written[remoteName{module, name, arity}]; ok && from.module != "Elixir.Kernel" {
		return from.module, from.name
	}
	return module, name
}
