package bif

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Conversions between atoms, numbers and their texts.
var erlangConversions = []vm.Builtin{
	{Module: "erlang", Name: "atom_to_binary", Arity: 1, Fn: erlangAtomToBinary},
	{Module: "erlang", Name: "atom_to_binary", Arity: 2, Fn: erlangAtomToBinary},
	{Module: "erlang", Name: "atom_to_list", Arity: 1, Fn: erlangAtomToList},
	{Module: "erlang", Name: "binary_to_atom", Arity: 1, Fn: erlangBinaryToAtom},
	{Module: "erlang", Name: "binary_to_atom", Arity: 2, Fn: erlangBinaryToAtom},
	{Module: "erlang", Name: "binary_to_existing_atom", Arity: 1, Fn: erlangBinaryToExistingAtom},
	{Module: "erlang", Name: "binary_to_existing_atom", Arity: 2, Fn: erlangBinaryToExistingAtom},
	{Module: "erlang", Name: "list_to_atom", Arity: 1, Fn: erlangListToAtom},
	{Module: "erlang", Name: "list_to_existing_atom", Arity: 1, Fn: erlangListToExistingAtom},

	{Module: "erlang", Name: "integer_to_binary", Arity: 1, Fn: erlangIntegerToBinary},
	{Module: "erlang", Name: "integer_to_binary", Arity: 2, Fn: erlangIntegerToBinary},
	{Module: "erlang", Name: "integer_to_list", Arity: 1, Fn: erlangIntegerToList},
	{Module: "erlang", Name: "integer_to_list", Arity: 2, Fn: erlangIntegerToList},
	{Module: "erlang", Name: "binary_to_integer", Arity: 1, Fn: erlangBinaryToInteger},
	{Module: "erlang", Name: "binary_to_integer", Arity: 2, Fn: erlangBinaryToInteger},
	{Module: "erlang", Name: "list_to_integer", Arity: 1, Fn: erlangListToInteger},
	{Module: "erlang", Name: "list_to_integer", Arity: 2, Fn: erlangListToInteger},

	{Module: "erlang", Name: "float_to_binary", Arity: 1, Fn: erlangFloatToBinary},
	{Module: "erlang", Name: "float_to_binary", Arity: 2, Fn: erlangFloatToBinary},
	{Module: "erlang", Name: "float_to_list", Arity: 1, Fn: erlangFloatToList},
	{Module: "erlang", Name: "float_to_list", Arity: 2, Fn: erlangFloatToList},
	{Module: "erlang", Name: "binary_to_float", Arity: 1, Fn: erlangBinaryToFloat},
	{Module: "erlang", Name: "list_to_float", Arity: 1, Fn: erlangListToFloat},

	{Module: "erlang", Name: "pid_to_list", Arity: 1, Fn: erlangPidToList},
	{Module: "erlang", Name: "list_to_pid", Arity: 1, Fn: erlangListToPid},
	{Module: "erlang", Name: "ref_to_list", Arity: 1, Fn: erlangRefToList},
	{Module: "erlang", Name: "list_to_ref", Arity: 1, Fn: erlangListToRef},
	{Module: "erlang", Name: "port_to_list", Arity: 1, Fn: erlangPortToList},
}

// latin1Bytes returns the text with a byte for each character; ok is false
// when one is above 255.
func latin1Bytes(s string) (b []byte, ok bool) {
	for _, r := range s {
		if r > 255 {
			return nil, false
		}
		b = append(b, byte(r))
	}
	return b, true
}

// latin1Text returns the text whose characters are the bytes.
func latin1Text(b []byte) string {
	var s strings.Builder
	for _, x := range b {
		s.WriteRune(rune(x))
	}
	return s.String()
}

// atomEncoding reads the optional second argument of the conversions of atoms.
func atomEncoding(args []term.Term) (latin1, ok bool) {
	if len(args) == 1 {
		return false, true
	}
	switch args[1] {
	case atomLatin1:
		return true, true
	case atomUTF8, atomUnicode:
		return false, true
	}
	return false, false
}

func erlangAtomToBinary(c *vm.Context, args []term.Term) term.Term {
	latin1, ok := atomEncoding(args)
	if !ok || !args[0].IsAtom() {
		return c.BadArg()
	}
	name := args[0].AtomName()
	if latin1 {
		b, ok := latin1Bytes(name)
		if !ok {
			return c.BadArg()
		}
		return c.Binary(b)
	}
	return c.String(name)
}

func erlangAtomToList(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	return stringList(c, args[0].AtomName(), term.Nil)
}

func makeAtom(c *vm.Context, name string) term.Term {
	if utf8.RuneCountInString(name) > term.MaxAtomLength {
		return c.SystemLimit()
	}
	t, ok := c.Atom(name)
	if !ok {
		return c.SystemLimit()
	}
	return t
}

func existingAtom(c *vm.Context, name string) term.Term {
	t, ok := term.ExistingAtom(name)
	if !ok {
		return c.BadArg()
	}
	return t
}

// atomText reads the arguments of binary_to_atom.
func atomText(args []term.Term) (string, bool) {
	b, ok := args[0].BinaryBytes()
	latin1, ok2 := atomEncoding(args)
	if !ok || !ok2 {
		return "", false
	}
	if latin1 {
		return latin1Text(b), true
	}
	return string(b), utf8.Valid(b)
}

func erlangBinaryToAtom(c *vm.Context, args []term.Term) term.Term {
	name, ok := atomText(args)
	if !ok {
		return c.BadArg()
	}
	return makeAtom(c, name)
}

func erlangBinaryToExistingAtom(c *vm.Context, args []term.Term) term.Term {
	name, ok := atomText(args)
	if !ok {
		return c.BadArg()
	}
	return existingAtom(c, name)
}

// charText returns the text of a proper list of characters.
func charText(c *vm.Context, t term.Term) (string, bool) {
	var s strings.Builder
	n := 0
	for ; t.IsCons(); t = t.Tail() {
		r, ok := character(t.Head())
		if !ok {
			return "", false
		}
		s.WriteRune(r)
		n++
	}
	chargeCells(c, n)
	return s.String(), t == term.Nil
}

// character returns the character with a number.
func character(t term.Term) (rune, bool) {
	if !t.IsInt() {
		return 0, false
	}
	i := t.Int()
	return rune(i), i >= 0 && i <= utf8.MaxRune && (i < 0xd800 || i > 0xdfff)
}

func erlangListToAtom(c *vm.Context, args []term.Term) term.Term {
	name, ok := charText(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return makeAtom(c, name)
}

func erlangListToExistingAtom(c *vm.Context, args []term.Term) term.Term {
	name, ok := charText(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return existingAtom(c, name)
}

// base reads the optional argument with the base of a number.
func base(args []term.Term) (int, bool) {
	if len(args) == 1 {
		return 10, true
	}
	b, ok := number(args[1])
	return b, ok && b >= 2 && b <= 36
}

func integerText(c *vm.Context, args []term.Term) (string, bool) {
	b, ok := base(args)
	if !ok || !args[0].IsInteger() {
		return "", false
	}
	s := term.FormatInteger(args[0], b)
	c.Charge(len(s) / cellsPerReduction)
	return s, true
}

func erlangIntegerToBinary(c *vm.Context, args []term.Term) term.Term {
	s, ok := integerText(c, args)
	if !ok {
		return c.BadArg()
	}
	return c.String(s)
}

func erlangIntegerToList(c *vm.Context, args []term.Term) term.Term {
	s, ok := integerText(c, args)
	if !ok {
		return c.BadArg()
	}
	return stringList(c, s, term.Nil)
}

func parseInteger(c *vm.Context, s string, args []term.Term) term.Term {
	b, ok := base(args)
	if !ok {
		return c.BadArg()
	}
	c.Charge(len(s) / cellsPerReduction)
	t, ok := term.ParseInteger(c, s, b)
	if !ok {
		return c.Error(t)
	}
	return t
}

func erlangBinaryToInteger(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return c.BadArg()
	}
	return parseInteger(c, string(b), args)
}

func erlangListToInteger(c *vm.Context, args []term.Term) term.Term {
	s, ok := charText(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return parseInteger(c, s, args)
}

// floatOptions are those of float_to_binary/2.
type floatOptions struct {
	style    byte // 'e' with an exponent, 'f' plain, 's' the shortest
	decimals int
	compact  bool
}

func readFloatOptions(t term.Term) (o floatOptions, ok bool) {
	o = floatOptions{style: 'e', decimals: 20}
	for ; t.IsCons(); t = t.Tail() {
		switch h := t.Head(); {
		case h == atomShort:
			o.style = 's'
		case h == atomCompact:
			o.compact = true
		case h.IsTuple() && h.TupleSize() == 2:
			n, ok := natural(h.Word(1))
			switch {
			case ok && h.Word(0) == atomDecimals && n <= 253:
				o.style, o.decimals = 'f', n
			case ok && h.Word(0) == atomScientific && n <= 249:
				o.style, o.decimals = 'e', n
			default:
				return o, false
			}
		default:
			return o, false
		}
	}
	return o, t == term.Nil
}

// maxFloatText is how long the text of a float may be.
const maxFloatText = 255

func floatText(args []term.Term) (string, bool) {
	if !args[0].IsFloat() {
		return "", false
	}
	f := args[0].Float()
	o := floatOptions{style: 'e', decimals: 20}
	if len(args) == 2 {
		var ok bool
		if o, ok = readFloatOptions(args[1]); !ok {
			return "", false
		}
	}
	switch o.style {
	case 's':
		return term.FormatFloat(f), true
	case 'f':
		s := decimalText(f, o.decimals)
		if len(s) > maxFloatText {
			return "", false
		}
		if o.compact && o.decimals > 0 {
			s = strings.TrimRight(s, "0")
			if strings.HasSuffix(s, ".") {
				s += "0"
			}
		}
		return s, true
	}
	return scientificText(f, o.decimals), true
}

// scientificText writes a float with an exponent of two digits at least.
func scientificText(f float64, decimals int) string {
	return strconv.FormatFloat(f, 'e', decimals, 64)
}

// decimalText writes a float with decimals digits after the point. Up to 18 of
// them the BEAM rounds what is left of the point-shifted fraction half up, in
// floating point; beyond, and for large numbers, it takes the exact value.
func decimalText(f float64, decimals int) string {
	abs := math.Abs(f)
	if decimals > 18 || abs >= 1<<62 {
		return strconv.FormatFloat(f, 'f', decimals, 64)
	}
	scale := math.Pow10(decimals)
	whole := math.Floor(abs)
	part := uint64((abs-whole)*scale + 0.5)
	n := uint64(whole)
	if part >= uint64(scale) {
		part -= uint64(scale)
		n++
	}
	sign := ""
	if math.Signbit(f) {
		sign = "-"
	}
	if decimals == 0 {
		return sign + strconv.FormatUint(n, 10)
	}
	return fmt.Sprintf("%s%d.%0*d", sign, n, decimals, part)
}

func erlangFloatToBinary(c *vm.Context, args []term.Term) term.Term {
	s, ok := floatText(args)
	if !ok {
		return c.BadArg()
	}
	return c.String(s)
}

func erlangFloatToList(c *vm.Context, args []term.Term) term.Term {
	s, ok := floatText(args)
	if !ok {
		return c.BadArg()
	}
	return stringList(c, s, term.Nil)
}

func parseFloat(c *vm.Context, s string) term.Term {
	f, ok := term.ParseFloat(s)
	if !ok {
		return c.BadArg()
	}
	return term.Float(c, f)
}

func erlangBinaryToFloat(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return c.BadArg()
	}
	return parseFloat(c, string(b))
}

func erlangListToFloat(c *vm.Context, args []term.Term) term.Term {
	s, ok := charText(c, args[0])
	if !ok {
		return c.BadArg()
	}
	return parseFloat(c, s)
}

// pidText is <N.M.O>: the node as the caller sees it, 0 for its own, then the
// number of the pid in 28 bits and the rest.
func pidText(c *vm.Context, t term.Term) string {
	n := t.PidNumber()
	return fmt.Sprintf("<%d.%d.%d>", c.PidNode(t), n&(1<<28-1), n>>28)
}

func erlangPidToList(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsPid() {
		return c.BadArg()
	}
	return stringList(c, pidText(c, args[0]), term.Nil)
}

func erlangListToPid(c *vm.Context, args []term.Term) term.Term {
	s, ok := charText(c, args[0])
	if !ok {
		return c.BadArg()
	}
	n, ok := dotted(s, "<", ">", 3)
	if !ok || n[0] > 4096 || n[1] >= 1<<28 || n[2] >= 1<<6 {
		return c.BadArg()
	}
	pid, ok := c.PidOf(int(n[0]), n[2]<<28|n[1])
	if !ok {
		return c.BadArg()
	}
	return pid
}

// dotted reads numbers with dots between them, a prefix before and a suffix
// after.
func dotted(s, prefix, suffix string, count int) ([]uint64, bool) {
	s, ok1 := strings.CutPrefix(s, prefix)
	s, ok2 := strings.CutSuffix(s, suffix)
	parts := strings.Split(s, ".")
	if !ok1 || !ok2 || len(parts) != count {
		return nil, false
	}
	out := make([]uint64, count)
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 63)
		if err != nil {
			return nil, false
		}
		out[i] = n
	}
	return out, true
}

// refText is #Ref<0.A.B.C>: the number of a reference in three parts, the
// lowest last.
func refText(c *vm.Context, t term.Term) string {
	id := t.RefID()
	return fmt.Sprintf("#Ref<%d.%d.%d.%d>", c.RefNode(t), id>>50&3, id>>25&(1<<25-1), id&(1<<25-1))
}

func erlangRefToList(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsRef() {
		return c.BadArg()
	}
	return stringList(c, refText(c, args[0]), term.Nil)
}

func erlangListToRef(c *vm.Context, args []term.Term) term.Term {
	s, ok := charText(c, args[0])
	if !ok {
		return c.BadArg()
	}
	n, ok := dotted(s, "#Ref<", ">", 4)
	if !ok || n[1] >= 1<<2 || n[2] >= 1<<25 || n[3] >= 1<<25 {
		return c.BadArg()
	}
	node := c.NodeNumber()
	if n[0] > 0 {
		if node = int(n[0]) - 1; node >= len(c.Machine().Nodes()) || node == c.NodeNumber() {
			return c.BadArg()
		}
	}
	return term.Ref(c, uint64(node)<<vm.RefNode|n[1]<<50|n[2]<<25|n[3], 0)
}

func erlangPortToList(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsPort() {
		return c.BadArg()
	}
	return stringList(c, fmt.Sprintf("#Port<0.%d>", args[0].PortNumber()), term.Nil)
}
