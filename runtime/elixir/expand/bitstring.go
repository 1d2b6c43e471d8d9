package expand

import (
	"encoding/binary"
	"unicode/utf16"

	"vivarium/runtime/elixir/quoted"
)

// segmentSpec is what stands right of :: in a bitstring.
type segmentSpec struct {
	typ, sign, endian quoted.Atom // "" is the default
	size              quoted.Expr // nil is the default
	unit              int         // 0 is the default
	unitSet           bool
}

// unknownAlignment is that of a bitstring whose size is not known.
const unknownAlignment = -1

// expandBitstring expands <<...>>. Each segment becomes
// {:"::", meta, [value, {:segment, meta, [options]}]}. sized is true when
// every segment must have a size: in generators.
func (x *expander) expandBitstring(n *quoted.Node, args quoted.List, sized bool) quoted.Expr {
	before := x.state
	inMatch := x.env.inMatch()
	if !inMatch {
		x.prepareWrite()
	}
	b := &bitstring{x: x, original: before.read, inMatch: inMatch, sized: sized}
	for i, a := range args {
		b.segment(n.Meta, a, i < len(args)-1)
	}
	if !inMatch {
		x.closeWrite(&before)
	}
	alignment := quoted.Expr(quoted.Int(b.alignment))
	if b.alignment == unknownAlignment {
		alignment = quoted.Atom("unknown")
	}
	return node("<<>>", append(quoted.Meta{{Key: "alignment", Value: alignment}}, n.Meta...), b.out...)
}

type bitstring struct {
	x         *expander
	original  varMap // what was visible before the bitstring
	inMatch   bool
	sized     bool
	out       []quoted.Expr
	alignment int
}

// segment expands one segment; more is true when others follow.
func (b *bitstring) segment(meta quoted.Meta, e quoted.Expr, more bool) {
	x := b.x
	colons, sides, ok := quoted.IsCall(e, "::")
	if !ok || len(sides) != 2 {
		if n, isNode := e.(*quoted.Node); isNode {
			meta = n.Meta
		}
		value := b.value(e)
		b.checkValue(value, meta)
		spec := segmentSpec{typ: inferredType(value)}
		if spec.typ == "" {
			spec.typ = "integer"
		}
		b.add(append(quoted.Meta{{Key: "inferred_bitstring_spec", Value: quoted.True}}, meta...), value, spec, more)
		return
	}
	meta = colons.Meta
	readBefore, writeBefore := x.read, x.write
	value := b.value(sides[0])
	b.checkValue(value, meta)
	if _, parts, ok := quoted.IsCall(sides[1], "segment"); ok && len(parts) == 1 {
		b.add(meta, value, specOf(parts[0]), more) // expanded before
		return
	}
	readAfter, writeAfter := x.read, x.write
	x.read, x.write = readBefore, writeBefore
	spec := b.specs(meta, sides[1])
	inferred := inferredType(value)
	spec.typ = b.mergeType(meta, inferred, spec.typ)
	mustHaveSize := b.sized || b.inMatch && more
	_, pin, pinned := quoted.IsCall(value, "^")
	if mustHaveSize && !pinned && spec.size == nil && isBitsType(spec.typ) && !isBitsType(inferred) {
		b.unsized(meta)
	}
	if spec.size != nil || spec.unitSet {
		switch inferred {
		case "bitstring":
			x.functionError(meta, "literal <<>> in bitstring supports only type specifiers, which must be one of: binary or bitstring")
			spec.size, spec.unit, spec.unitSet = nil, 0, false
		case "binary":
			x.functionError(meta, "literal string in bitstring supports only endianness and type specifiers, which must be one of: little, big, native, utf8, utf16, utf32, bits, bytes, binary or bitstring")
			spec.size, spec.unit, spec.unitSet = nil, 0, false
		}
	}
	b.check(meta, &spec)
	b.alignment = addAlignment(b.alignment, spec.alignment())
	if mustHaveSize && pinned && spec.size == nil && !spec.unitSet && isBitsType(spec.typ) {
		name := quoted.Atom("byte_size")
		if spec.typ == "bitstring" {
			name = "bit_size"
		}
		spec.size = remote(quoted.Atom("erlang"), name, meta, meta, pin[0])
	}
	x.read, x.write = readAfter, writeAfter
	b.add(meta, value, spec, more)
}

// value expands the left side of a segment.
func (b *bitstring) value(e quoted.Expr) quoted.Expr {
	x := b.x
	expand := x.expand
	if !b.inMatch {
		expand = func(e quoted.Expr) quoted.Expr { return x.expandArg(e, b.original) }
	}
	if x.env.Context != quoted.Nil {
		// An interpolation of a literal, in a pattern or guard.
		if module, name, args, ok := remoteCall(e); ok && name == "to_string" && len(args) == 1 && (module == "Elixir.Kernel" || module == "Elixir.String.Chars") {
			before, env := x.state, x.env
			if s, ok := expand(args[0]).(quoted.Str); ok {
				return s
			}
			x.state, x.env = before, env
		}
	}
	return expand(e)
}

func (b *bitstring) checkValue(e quoted.Expr, meta quoted.Meta) {
	if !b.inMatch {
		return
	}
	switch e := e.(type) {
	case quoted.Int, *quoted.Big, quoted.Float, quoted.Str:
		return
	case *quoted.Node:
		if _, _, _, ok := quoted.IsVar(e); ok || e.Head == quoted.Expr(quoted.Atom("<<>>")) || e.Head == quoted.Expr(quoted.Atom("^")) {
			return
		}
		meta = e.Meta
	}
	b.x.functionError(meta, "a bitstring only accepts binaries, numbers, and variables inside a match, got: %s", b.x.c.toString(e))
}

func (b *bitstring) unsized(meta quoted.Meta) {
	b.x.functionError(meta, "%s", `a binary field without size is only allowed at the end of a binary pattern, at the right side of binary concatenation and never allowed in binary generators. The following examples are invalid:

    rest <> "foo"
    <<rest::binary, "foo">>

They are invalid because there is a bits/bitstring component not at the end. However, the "reverse" would work:

    "foo" <> rest
    <<"foo", rest::binary>>

`)
}

// inferredType is the type that a value gives its segment, or "".
func inferredType(e quoted.Expr) quoted.Atom {
	switch e := e.(type) {
	case quoted.Int, *quoted.Big:
		return "integer"
	case quoted.Float:
		return "float"
	case quoted.Str:
		return "binary"
	case *quoted.Node:
		if e.Head == quoted.Expr(quoted.Atom("<<>>")) {
			return "bitstring"
		}
	}
	return ""
}

func isBitsType(t quoted.Atom) bool { return t == "binary" || t == "bitstring" }

func isUTF(t quoted.Atom) bool { return t == "utf8" || t == "utf16" || t == "utf32" }

func (b *bitstring) mergeType(meta quoted.Meta, inferred, given quoted.Atom) quoted.Atom {
	switch {
	case given == "" && inferred == "":
		return "integer"
	case given == "":
		return inferred
	case inferred == "",
		inferred == "binary" && (isBitsType(given) || isUTF(given)),
		inferred == "bitstring" && isBitsType(given),
		inferred == "integer" && (given == "integer" || given == "float" || isUTF(given)),
		inferred == "float" && given == "float":
		return given
	}
	b.mismatch(meta, string(given), string(inferred), "type")
	return given
}

func (b *bitstring) mismatch(meta quoted.Meta, one, other, where string) {
	b.x.functionError(meta, `conflicting %s specification for bit field: "%s" and "%s"`, where, one, other)
}

// specs reads what stands right of ::.
func (b *bitstring) specs(meta quoted.Meta, e quoted.Expr) segmentSpec {
	var spec segmentSpec
	queue := unpackSpecs(e, nil)
	for len(queue) > 0 {
		item := queue[0]
		queue = queue[1:]
		if more := b.spec(meta, item, &spec); more != nil {
			queue = append(more, queue...)
		}
	}
	return spec
}

// unpackSpecs splits a-b-c, size*unit and a bare size.
func unpackSpecs(e quoted.Expr, rest []quoted.Expr) []quoted.Expr {
	if _, sides, ok := quoted.IsCall(e, "-"); ok && len(sides) == 2 {
		return unpackSpecs(sides[0], unpackSpecs(sides[1], rest))
	}
	if _, sides, ok := quoted.IsCall(e, "*"); ok && len(sides) == 2 {
		unit := node("unit", nil, sides[1])
		if _, name, _, ok := quoted.IsVar(sides[0]); ok && name == "_" {
			return append([]quoted.Expr{unit}, rest...)
		}
		return append([]quoted.Expr{node("size", nil, sides[0]), unit}, rest...)
	}
	if _, ok := e.(quoted.Int); ok {
		e = node("size", nil, e)
	}
	return append([]quoted.Expr{e}, rest...)
}

// spec reads one specifier; it returns more of them when it is a macro.
func (b *bitstring) spec(meta quoted.Meta, e quoted.Expr, spec *segmentSpec) []quoted.Expr {
	x := b.x
	n, ok := e.(*quoted.Node)
	var name quoted.Atom
	if ok {
		name, ok = n.Head.(quoted.Atom)
	}
	if !ok {
		x.functionError(meta, "unknown bitstring specifier: %s", x.c.toString(e))
		return nil
	}
	args, isCall := n.Args.(quoted.List)
	known := true
	set := func(field *quoted.Atom, value quoted.Atom, where string) {
		if *field != "" && *field != value {
			b.mismatch(meta, string(value), string(*field), where)
		}
		*field = value
	}
	switch {
	case len(args) == 1 && name == "size":
		size := b.specArg(args[0])
		if spec.size != nil && !equal(spec.size, size) {
			b.mismatch(meta, quoted.Inspect(size), quoted.Inspect(spec.size), "size")
		}
		spec.size = size
	case len(args) == 1 && name == "unit":
		unit := b.specArg(args[0])
		value, ok := unit.(quoted.Int)
		if !ok {
			x.functionError(meta, "unit in bitstring expects an integer as argument, got: %s", x.c.toString(unit))
			value = 1
		}
		if spec.unitSet && spec.unit != int(value) {
			b.mismatch(meta, itoa(int(value)), itoa(spec.unit), "unit")
		}
		spec.unit, spec.unitSet = int(value), true
	case len(args) > 0:
		known = false
	case name == "big" || name == "little" || name == "native":
		set(&spec.endian, name, "endianness")
	case name == "signed" || name == "unsigned":
		set(&spec.sign, name, "sign")
	case name == "integer" || name == "float" || name == "binary" || name == "bitstring" || isUTF(name):
		set(&spec.typ, name, "type")
	case name == "bytes":
		set(&spec.typ, "binary", "type")
	case name == "bits":
		set(&spec.typ, "bitstring", "type")
	default:
		known = false
	}
	if known {
		if isCall && len(args) == 0 {
			x.warn(meta, `extra parentheses on a bitstring specifier "`+string(name)+`()" have been deprecated. Please remove the parentheses: "`+string(name)+"\".\nYou may run \"mix format --migrate\" to fix this warning automatically.")
		}
		return nil
	}
	call := n
	if !isCall {
		x.warn(meta, `bitstring specifier "`+string(name)+`" does not exist and is being expanded to "`+string(name)+"()\", please use parentheses to remove the ambiguity.\nYou may run \"mix format --migrate\" to fix this warning automatically.")
		call = node(name, n.Meta)
	}
	expanded, changed := x.expandMacros(call)
	if !changed {
		x.functionError(meta, "unknown bitstring specifier: %s", x.c.toString(n))
		return nil
	}
	return unpackSpecs(expanded, nil)
}

// specArg expands the argument of size or unit. In a pattern it is a guard
// that sees what was matched before it in this bitstring.
func (b *bitstring) specArg(e quoted.Expr) quoted.Expr {
	x := b.x
	switch e.(type) {
	case quoted.Atom, quoted.Int:
		return e
	}
	if !b.inMatch {
		return x.expandArg(e, b.original)
	}
	before := x.prematch
	x.prematch.kind = inSegmentOf
	x.prematch.original = b.original
	var out quoted.Expr
	x.inContext("guard", func() { out = x.expand(e) })
	cycles := x.prematch.cycles
	x.prematch = before
	x.prematch.cycles = cycles
	return unpin(out)
}

// unpin drops the pins of a size, which is no pattern.
func unpin(e quoted.Expr) quoted.Expr {
	n, ok := e.(*quoted.Node)
	if !ok {
		return e
	}
	args, ok := n.Args.(quoted.List)
	if !ok {
		return e
	}
	if n.Head == quoted.Expr(quoted.Atom("^")) && len(args) == 1 {
		return args[0]
	}
	out := make(quoted.List, len(args))
	for i, a := range args {
		out[i] = unpin(a)
	}
	return &quoted.Node{Head: n.Head, Meta: n.Meta, Args: out}
}

// check checks that the parts of a specification go together.
func (b *bitstring) check(meta quoted.Meta, spec *segmentSpec) {
	x := b.x
	switch {
	case isUTF(spec.typ):
		if spec.size != nil || spec.unitSet {
			x.functionError(meta, "size and unit are not supported on utf types")
		} else if spec.sign != "" {
			b.signed(meta)
		}
	case isBitsType(spec.typ):
		if spec.typ == "bitstring" && spec.unitSet && spec.unit != 1 {
			b.mismatch(meta, itoa(spec.unit), "1", "unit")
		} else if spec.sign != "" {
			b.signed(meta)
		}
	default:
		if size, ok := spec.size.(quoted.Int); ok && spec.typ == "float" {
			bits := int(size)
			if spec.unitSet {
				bits *= spec.unit
			}
			if bits != 16 && bits != 32 && bits != 64 {
				x.functionError(meta, "float requires size*unit to be 16, 32, or 64 (default), got: %d", bits)
			}
		} else if spec.size == nil && spec.unitSet {
			x.functionError(meta, "integer and float types require a size specifier if the unit specifier is given")
		}
	}
}

func (b *bitstring) signed(meta quoted.Meta) {
	b.x.functionError(meta, "signed and unsigned specifiers are supported only on integer and float types")
}

// alignment is the size of a segment in bits, modulo 8.
func (s *segmentSpec) alignment() int {
	size, known := s.size.(quoted.Int)
	switch {
	case known && s.unitSet:
		return int(size) * s.unit
	case s.typ == "integer" && s.size == nil:
		if s.unitSet {
			return 8 * s.unit
		}
		return 8
	case (s.typ == "integer" || s.typ == "bitstring") && known:
		return int(size)
	case s.typ == "binary" || s.typ == "float" || isUTF(s.typ):
		return 0
	}
	return unknownAlignment
}

func addAlignment(a, b int) int {
	if a < 0 || b < 0 {
		return unknownAlignment
	}
	return (a + b) % 8
}

// add appends a segment; a literal bitstring inside of another is spliced.
func (b *bitstring) add(meta quoted.Meta, value quoted.Expr, spec segmentSpec, more bool) {
	x := b.x
	n, parts, nested := quoted.IsCall(value, "<<>>")
	if !nested {
		b.out = append(b.out, literalSegment(meta, value, &spec))
		return
	}
	if len(parts) == 0 {
		return
	}
	if b.inMatch && (b.sized || more) {
		if last, sides, ok := quoted.IsCall(parts[len(parts)-1], "::"); ok {
			inner := specOf(sides[1].(*quoted.Node).Args.(quoted.List)[0])
			_, isText := sides[0].(quoted.Str)
			if inner.size == nil && (inner.typ == "bitstring" || inner.typ == "binary" && !isText) {
				b.unsized(last.Meta)
			}
		}
	}
	if spec.typ == "binary" {
		a, ok := n.Meta.Get("alignment").(quoted.Int)
		if !ok {
			b.out = append(b.out, literalSegment(meta, value, &spec))
			return
		}
		if a != 0 {
			x.functionError(meta, "expected %s to be a binary but its number of bits is not divisible by 8", x.c.toString(value))
		}
	} else if spec.typ != "bitstring" {
		b.out = append(b.out, literalSegment(meta, value, &spec))
		return
	}
	b.out = append(b.out, parts...)
}

// literalSegment makes a segment; a literal string of another encoding is
// encoded here.
func literalSegment(meta quoted.Meta, value quoted.Expr, spec *segmentSpec) quoted.Expr {
	if s, ok := value.(quoted.Str); ok && isUTF(spec.typ) {
		value = encodeText(string(s), spec.typ, spec.endian)
		spec = &segmentSpec{typ: "binary"}
	}
	return node("::", meta, value, spec.node(meta))
}

func encodeText(s string, typ, endian quoted.Atom) quoted.Str {
	order := binary.AppendByteOrder(binary.BigEndian)
	if endian == "little" || endian == "native" {
		order = binary.LittleEndian
	}
	var out []byte
	switch typ {
	case "utf16":
		for _, u := range utf16.Encode([]rune(s)) {
			out = order.AppendUint16(out, u)
		}
	case "utf32":
		for _, r := range s {
			out = order.AppendUint32(out, uint32(r))
		}
	default:
		return quoted.Str(s)
	}
	return quoted.Str(out)
}

// node is the canonical form of a specification: every option is there, with
// size :all for the rest of a bitstring and :default for utf types.
func (s *segmentSpec) node(meta quoted.Meta) *quoted.Node {
	size, unit := s.size, s.unit
	if size == nil {
		switch {
		case s.typ == "integer":
			size = quoted.Int(8)
		case s.typ == "float":
			size = quoted.Int(64)
		case isBitsType(s.typ):
			size = quoted.Atom("all")
		default:
			size = quoted.Atom("default")
		}
	}
	if unit == 0 {
		unit = 1
		if s.typ == "binary" {
			unit = 8
		}
	}
	sign, endian := s.sign, s.endian
	if sign == "" {
		sign = "unsigned"
	}
	if endian == "" {
		endian = "big"
	}
	return node("segment", meta, quoted.Keyword(
		quoted.MetaEntry{Key: "type", Value: s.typ},
		quoted.MetaEntry{Key: "size", Value: size},
		quoted.MetaEntry{Key: "unit", Value: quoted.Int(unit)},
		quoted.MetaEntry{Key: "sign", Value: sign},
		quoted.MetaEntry{Key: "endian", Value: endian}))
}

// specOf reads the canonical form back.
func specOf(options quoted.Expr) segmentSpec {
	pairs, _ := quoted.Pairs(options)
	m := quoted.Meta(pairs)
	spec := segmentSpec{
		typ: atomOr(m.Get("type"), "integer"), sign: atomOr(m.Get("sign"), "unsigned"),
		endian: atomOr(m.Get("endian"), "big"), unit: m.Int("unit"), unitSet: true, size: m.Get("size"),
	}
	if _, isAtom := spec.size.(quoted.Atom); isAtom {
		spec.size = nil
	}
	return spec
}
