package bif

import (
	"crypto/md5"
	"hash/adler32"
	"hash/crc32"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Binaries and iodata.
var erlangBinaries = []vm.Builtin{
	{Module: "erlang", Name: "byte_size", Arity: 1, Fn: erlangByteSize},
	{Module: "erlang", Name: "bit_size", Arity: 1, Fn: erlangBitSize},
	{Module: "erlang", Name: "size", Arity: 1, Fn: erlangSize},
	{Module: "erlang", Name: "binary_part", Arity: 2, Fn: erlangBinaryPart2},
	{Module: "erlang", Name: "binary_part", Arity: 3, Fn: erlangBinaryPart},
	{Module: "erlang", Name: "split_binary", Arity: 2, Fn: erlangSplitBinary},
	{Module: "erlang", Name: "binary_to_list", Arity: 1, Fn: erlangBinaryToList},
	{Module: "erlang", Name: "binary_to_list", Arity: 3, Fn: erlangBinaryToList3},
	{Module: "erlang", Name: "bitstring_to_list", Arity: 1, Fn: erlangBitstringToList},
	{Module: "erlang", Name: "list_to_binary", Arity: 1, Fn: erlangListToBinary},
	{Module: "erlang", Name: "list_to_bitstring", Arity: 1, Fn: erlangListToBitstring},
	{Module: "erlang", Name: "iolist_to_binary", Arity: 1, Fn: erlangIolistToBinary},
	{Module: "erlang", Name: "iolist_to_iovec", Arity: 1, Fn: erlangIolistToIovec},
	{Module: "erlang", Name: "iolist_size", Arity: 1, Fn: erlangIolistSize},
	{Module: "erlang", Name: "md5", Arity: 1, Fn: erlangMD5},
	{Module: "erlang", Name: "crc32", Arity: 1, Fn: erlangCRC32},
	{Module: "erlang", Name: "crc32", Arity: 2, Fn: erlangCRC32},
	{Module: "erlang", Name: "adler32", Arity: 1, Fn: erlangAdler32},
	{Module: "erlang", Name: "adler32", Arity: 2, Fn: erlangAdler32},
}

func erlangByteSize(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsBits() {
		return c.BadArg()
	}
	return term.Int(int64(args[0].BitSize()+7) / 8)
}

func erlangBitSize(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsBits() {
		return c.BadArg()
	}
	return term.Int(int64(args[0].BitSize()))
}

func erlangSize(c *vm.Context, args []term.Term) term.Term {
	switch t := args[0]; {
	case t.IsTuple():
		return term.Int(int64(t.TupleSize()))
	case t.IsBits():
		return term.Int(int64(t.BitSize() / 8))
	}
	return c.BadArg()
}

// part returns the bytes from start on that make length, which may be negative
// (then they end at start), as offset and size in a binary of n bytes.
func part(n int, startTerm, lengthTerm term.Term) (start, length int, ok bool) {
	start, ok1 := natural(startTerm)
	length, ok2 := number(lengthTerm)
	if !ok1 || !ok2 || start > n {
		return 0, 0, false
	}
	if length < 0 {
		if -length > start {
			return 0, 0, false
		}
		return start + length, -length, true
	}
	return start, length, length <= n-start
}

func subBinary(c *vm.Context, t term.Term, start, length int) term.Term {
	if start == 0 && length*8 == t.BitSize() {
		return t
	}
	return term.SubBits(c, t, start*8, length*8)
}

func erlangBinaryPart(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsBinary() {
		return c.BadArg()
	}
	start, length, ok := part(args[0].BitSize()/8, args[1], args[2])
	if !ok {
		return c.BadArg()
	}
	return subBinary(c, args[0], start, length)
}

func erlangBinaryPart2(c *vm.Context, args []term.Term) term.Term {
	p := args[1]
	if !p.IsTuple() || p.TupleSize() != 2 {
		return c.BadArg()
	}
	return erlangBinaryPart(c, []term.Term{args[0], p.Word(0), p.Word(1)})
}

func erlangSplitBinary(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[1])
	if !ok || !args[0].IsBinary() || n > args[0].BitSize()/8 {
		return c.BadArg()
	}
	size := args[0].BitSize()
	return pair(c, term.SubBits(c, args[0], 0, n*8), term.SubBits(c, args[0], n*8, size-n*8))
}

func erlangBinaryToList(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return c.BadArg()
	}
	chargeCells(c, len(b))
	return term.ByteList(c, b, term.Nil)
}

func erlangBinaryToList3(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	from, ok1 := number(args[1])
	to, ok2 := number(args[2])
	if !ok || !ok1 || !ok2 || from < 1 || to > len(b) || from > to {
		return c.BadArg()
	}
	chargeCells(c, to-from)
	return term.ByteList(c, b[from-1:to], term.Nil)
}

func erlangBitstringToList(c *vm.Context, args []term.Term) term.Term {
	t := args[0]
	if !t.IsBits() {
		return c.BadArg()
	}
	data, offset, size := t.Bits()
	data = term.CopyBits(data, offset, size)
	chargeCells(c, len(data))
	tail := term.Nil
	if n := size & 7; n != 0 {
		tail = term.List(c, term.SubBits(c, t, size-n, n))
	}
	return term.ByteList(c, data[:size/8], tail)
}

func erlangListToBinary(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsList() {
		return c.BadArg()
	}
	return erlangIolistToBinary(c, args)
}

func erlangIolistToBinary(c *vm.Context, args []term.Term) term.Term {
	if args[0].IsBinary() {
		return args[0]
	}
	b, ok := ioBytes(c, args[0])
	if !ok {
		return c.BadArg()
	}
	if !c.MemoryLeft(len(b)) {
		return c.SystemLimit()
	}
	return c.Binary(b)
}

func erlangIolistToIovec(c *vm.Context, args []term.Term) term.Term {
	t := erlangIolistToBinary(c, args)
	if t == term.None {
		return t
	}
	if t.BitSize() == 0 {
		return term.Nil
	}
	return term.List(c, t)
}

func erlangListToBitstring(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsList() {
		return c.BadArg()
	}
	var w bitWriter
	ok := eachIO(args[0], func(b byte) { w.write([]byte{b}, 0, 8) }, func(t term.Term) bool {
		w.write(t.Bits())
		return true
	})
	if !ok {
		return c.BadArg()
	}
	chargeBytes(c, len(w.data))
	return term.NewBitstring(c, w.data, w.size)
}

// bitWriter joins bitstrings.
type bitWriter struct {
	data []byte
	size int
}

func (w *bitWriter) write(data []byte, offset, size int) {
	if size == 0 {
		return
	}
	if offset != 0 || size&7 != 0 {
		data = term.CopyBits(data, offset, size)
	}
	shift := w.size & 7
	if shift == 0 {
		w.data = append(w.data, data...)
	} else {
		for _, b := range data {
			w.data[len(w.data)-1] |= b >> shift
			w.data = append(w.data, b<<(8-shift))
		}
	}
	w.size += size
	w.data = w.data[:(w.size+7)/8]
}

func erlangIolistSize(c *vm.Context, args []term.Term) term.Term {
	if args[0].IsBinary() {
		return term.Int(int64(args[0].BitSize() / 8))
	}
	if !args[0].IsList() {
		return c.BadArg()
	}
	n, steps := 0, 0
	ok := eachIO(args[0], func(byte) { n++ }, func(t term.Term) bool {
		n += t.BitSize() / 8
		steps++
		return t.BitSize()&7 == 0
	})
	chargeCells(c, steps)
	if !ok {
		return c.BadArg()
	}
	return term.Int(int64(n))
}

func erlangMD5(c *vm.Context, args []term.Term) term.Term {
	b, ok := ioBytes(c, args[0])
	if !ok {
		return c.BadArg()
	}
	chargeBytes(c, len(b))
	sum := md5.Sum(b)
	return c.Binary(sum[:])
}

// checksum reads the arguments of crc32 and adler32: perhaps a sum to go on
// from, then the data.
func checksum(c *vm.Context, args []term.Term, start uint32) (sum uint32, data []byte, ok bool) {
	if len(args) == 2 {
		u, ok := args[0].Uint64()
		if !ok || u > 1<<32-1 {
			return 0, nil, false
		}
		start = uint32(u)
	}
	data, ok = ioBytes(c, args[len(args)-1])
	chargeBytes(c, len(data))
	return start, data, ok
}

func erlangCRC32(c *vm.Context, args []term.Term) term.Term {
	sum, data, ok := checksum(c, args, 0)
	if !ok {
		return c.BadArg()
	}
	return term.Int(int64(crc32.Update(sum, crc32.IEEETable, data)))
}

func erlangAdler32(c *vm.Context, args []term.Term) term.Term {
	sum, data, ok := checksum(c, args, 1)
	if !ok {
		return c.BadArg()
	}
	if len(args) == 1 {
		return term.Int(int64(adler32.Checksum(data)))
	}
	const mod = 65521
	a, b := sum&0xffff, sum>>16
	for _, x := range data {
		a = (a + uint32(x)) % mod
		b = (b + a) % mod
	}
	return term.Int(int64(b<<16 | a))
}

// Terms as such.
var erlangTerms = []vm.Builtin{
	{Module: "erlang", Name: "term_to_binary", Arity: 1, Fn: erlangTermToBinary},
	{Module: "erlang", Name: "term_to_binary", Arity: 2, Fn: erlangTermToBinary},
	{Module: "erlang", Name: "term_to_iovec", Arity: 1, Fn: erlangTermToIovec},
	{Module: "erlang", Name: "term_to_iovec", Arity: 2, Fn: erlangTermToIovec},
	{Module: "erlang", Name: "binary_to_term", Arity: 1, Fn: erlangBinaryToTerm},
	{Module: "erlang", Name: "binary_to_term", Arity: 2, Fn: erlangBinaryToTerm},
	{Module: "erlang", Name: "external_size", Arity: 1, Fn: erlangExternalSize},
	{Module: "erlang", Name: "external_size", Arity: 2, Fn: erlangExternalSize},
	{Module: "erlang", Name: "phash2", Arity: 1, Fn: erlangPHash2},
	{Module: "erlang", Name: "phash2", Arity: 2, Fn: erlangPHash2},
}

// encodeTerm encodes the first argument of term_to_binary and its like, as the
// options say.
func encodeTerm(c *vm.Context, args []term.Term) ([]byte, bool) {
	sorted, level := false, 0
	if len(args) == 2 {
		options, ok := elements(c, args[1])
		if !ok {
			return nil, false
		}
		for _, o := range options {
			switch {
			case o == atomDeterministic:
				sorted = true
			case o == atomCompressed:
				level = 6
			case o == atomLocal:
			case !o.IsTuple() || o.TupleSize() != 2:
				return nil, false
			default:
				n, ok := natural(o.Word(1))
				switch {
				case ok && o.Word(0) == atomCompressed && n <= 9:
					level = n
				case ok && o.Word(0) == atomMinorVersion && n <= 2:
				default:
					return nil, false
				}
			}
		}
	}
	b := term.EncodeETF(args[0], sorted)
	chargeBytes(c, len(b))
	if level > 0 {
		chargeBytes(c, 8*len(b))
		return term.CompressETF(b, level), true
	}
	return b, true
}

func erlangTermToBinary(c *vm.Context, args []term.Term) term.Term {
	b, ok := encodeTerm(c, args)
	if !ok {
		return c.BadArg()
	}
	return c.Binary(b)
}

func erlangTermToIovec(c *vm.Context, args []term.Term) term.Term {
	b, ok := encodeTerm(c, args)
	if !ok {
		return c.BadArg()
	}
	return term.List(c, c.Binary(b))
}

func erlangExternalSize(c *vm.Context, args []term.Term) term.Term {
	b, ok := encodeTerm(c, args[:1])
	if _, valid := encodeTerm(c, append([]term.Term{term.Nil}, args[1:]...)); !ok || !valid {
		return c.BadArg()
	}
	return term.Int(int64(len(b)))
}

func erlangBinaryToTerm(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return c.BadArg()
	}
	o := decodeOptions(c)
	used := false
	if len(args) == 2 {
		options, ok := elements(c, args[1])
		if !ok {
			return c.BadArg()
		}
		for _, x := range options {
			switch x {
			case atomSafe:
				o.Safe = true
			case atomUsed:
				used = true
			default:
				return c.BadArg()
			}
		}
	}
	chargeBytes(c, len(b))
	t, n, err := term.DecodeETF(c, b, o)
	if err != nil {
		return c.BadArg()
	}
	if used {
		return pair(c, t, term.Int(int64(n)))
	}
	return t
}

func erlangPHash2(c *vm.Context, args []term.Term) term.Term {
	hash := uint64(term.PHash2(args[0]))
	limit := uint64(1 << 27)
	if len(args) == 2 {
		n, ok := args[1].Uint64()
		if !ok || n < 1 || n > 1<<32 {
			return c.BadArg()
		}
		limit = n
	}
	return term.Int(int64(hash % limit))
}

// decodeOptions are those with which a program's terms are read.
func decodeOptions(c *vm.Context) term.DecodeOptions {
	return term.DecodeOptions{Fun: c.Machine().HasFun, Export: c.Machine().MakeFun}
}
