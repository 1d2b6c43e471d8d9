package bif

import (
	"bytes"
	"encoding/hex"
	"math/big"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var binaryBuiltins = []vm.Builtin{
	{Module: "binary", Name: "at", Arity: 2, Fn: binaryAt},
	{Module: "binary", Name: "bin_to_list", Arity: 1, Fn: erlangBinaryToList},
	{Module: "binary", Name: "bin_to_list", Arity: 2, Fn: binaryBinToList},
	{Module: "binary", Name: "bin_to_list", Arity: 3, Fn: binaryBinToList},
	{Module: "binary", Name: "compile_pattern", Arity: 1, Fn: binaryCompilePattern},
	{Module: "binary", Name: "copy", Arity: 1, Fn: binaryCopy},
	{Module: "binary", Name: "copy", Arity: 2, Fn: binaryCopy},
	{Module: "binary", Name: "decode_hex", Arity: 1, Fn: binaryDecodeHex},
	{Module: "binary", Name: "decode_unsigned", Arity: 1, Fn: binaryDecodeUnsigned},
	{Module: "binary", Name: "decode_unsigned", Arity: 2, Fn: binaryDecodeUnsigned},
	{Module: "binary", Name: "encode_hex", Arity: 1, Fn: binaryEncodeHex},
	{Module: "binary", Name: "encode_hex", Arity: 2, Fn: binaryEncodeHex},
	{Module: "binary", Name: "encode_unsigned", Arity: 1, Fn: binaryEncodeUnsigned},
	{Module: "binary", Name: "encode_unsigned", Arity: 2, Fn: binaryEncodeUnsigned},
	{Module: "binary", Name: "first", Arity: 1, Fn: binaryFirst},
	{Module: "binary", Name: "join", Arity: 2, Fn: binaryJoin},
	{Module: "binary", Name: "last", Arity: 1, Fn: binaryLast},
	{Module: "binary", Name: "list_to_bin", Arity: 1, Fn: erlangListToBinary},
	{Module: "binary", Name: "longest_common_prefix", Arity: 1, Fn: binaryCommonPrefix},
	{Module: "binary", Name: "longest_common_suffix", Arity: 1, Fn: binaryCommonSuffix},
	{Module: "binary", Name: "match", Arity: 2, Fn: binaryMatch},
	{Module: "binary", Name: "match", Arity: 3, Fn: binaryMatch},
	{Module: "binary", Name: "matches", Arity: 2, Fn: binaryMatches},
	{Module: "binary", Name: "matches", Arity: 3, Fn: binaryMatches},
	{Module: "binary", Name: "part", Arity: 2, Fn: erlangBinaryPart2},
	{Module: "binary", Name: "part", Arity: 3, Fn: erlangBinaryPart},
	{Module: "binary", Name: "referenced_byte_size", Arity: 1, Fn: binaryReferencedSize},
	{Module: "binary", Name: "replace", Arity: 3, Fn: binaryReplace},
	{Module: "binary", Name: "replace", Arity: 4, Fn: binaryReplace},
	{Module: "binary", Name: "split", Arity: 2, Fn: binarySplit},
	{Module: "binary", Name: "split", Arity: 3, Fn: binarySplit},
}

func binaryAt(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	i, ok2 := natural(args[1])
	if !ok || !ok2 || i >= len(b) {
		return c.BadArg()
	}
	return term.Int(int64(b[i]))
}

func binaryFirst(c *vm.Context, args []term.Term) term.Term {
	return binaryAt(c, []term.Term{args[0], term.Int(0)})
}

func binaryLast(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok || len(b) == 0 {
		return c.BadArg()
	}
	return term.Int(int64(b[len(b)-1]))
}

func binaryBinToList(c *vm.Context, args []term.Term) term.Term {
	var t term.Term
	if len(args) == 2 {
		t = erlangBinaryPart2(c, args)
	} else {
		t = erlangBinaryPart(c, args)
	}
	if t == term.None {
		return t
	}
	return erlangBinaryToList(c, []term.Term{t})
}

func binaryCopy(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	n := 1
	if len(args) == 2 {
		var ok2 bool
		if n, ok2 = natural(args[1]); !ok2 {
			return c.BadArg()
		}
	}
	if !ok {
		return c.BadArg()
	}
	if len(b) == 0 {
		n = 0
	}
	if n > 0 && len(b) > (1<<40)/n || !c.MemoryLeft(len(b)*n) {
		return c.SystemLimit()
	}
	chargeBytes(c, len(b)*n)
	t, data := c.NewBits(len(b) * n * 8)
	for i := range n {
		copy(data[i*len(b):], b)
	}
	return t
}

func binaryReferencedSize(c *vm.Context, args []term.Term) term.Term {
	t := args[0]
	if !t.IsBinary() {
		return c.BadArg()
	}
	if t.Is(term.KindSubBits) {
		t = t.Word(0)
	}
	return term.Int(int64(t.BitSize()+7) / 8)
}

// endianness reads the optional argument big or little.
func endianness(args []term.Term) (little, ok bool) {
	if len(args) == 1 || args[1] == atomBig {
		return false, true
	}
	return true, args[1] == atomLittle
}

func reversed(b []byte) []byte {
	out := make([]byte, len(b))
	for i, x := range b {
		out[len(b)-1-i] = x
	}
	return out
}

func binaryEncodeUnsigned(c *vm.Context, args []term.Term) term.Term {
	little, ok := endianness(args)
	if !ok || !args[0].IsInteger() || args[0].Sign() < 0 {
		return c.BadArg()
	}
	b := term.ToBig(args[0]).Bytes()
	if len(b) == 0 {
		b = []byte{0}
	}
	chargeBytes(c, len(b))
	if little {
		b = reversed(b)
	}
	return c.Binary(b)
}

func binaryDecodeUnsigned(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	little, ok2 := endianness(args)
	if !ok || !ok2 {
		return c.BadArg()
	}
	chargeBytes(c, len(b))
	if little {
		b = reversed(b)
	}
	z := new(big.Int).SetBytes(b)
	if !term.FitsLimit(z) {
		return c.SystemLimit()
	}
	return term.FromBig(c, z)
}

func binaryEncodeHex(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok || len(args) == 2 && args[1] != atomUppercase && args[1] != atomLowercase {
		return c.BadArg()
	}
	if !c.MemoryLeft(2 * len(b)) {
		return c.SystemLimit()
	}
	chargeBytes(c, len(b))
	t, out := c.NewBits(16 * len(b))
	hex.Encode(out, b)
	if len(args) == 1 || args[1] == atomUppercase {
		copy(out, bytes.ToUpper(out))
	}
	return t
}

func binaryDecodeHex(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return c.BadArg()
	}
	out := make([]byte, len(b)/2)
	if _, err := hex.Decode(out, b); err != nil {
		return c.BadArg()
	}
	chargeBytes(c, len(b))
	return c.Binary(out)
}

func binaryJoin(c *vm.Context, args []term.Term) term.Term {
	parts, ok := elements(c, args[0])
	sep, ok2 := args[1].BinaryBytes()
	if !ok || !ok2 {
		return c.BadArg()
	}
	var out []byte
	for i, p := range parts {
		b, ok := p.BinaryBytes()
		if !ok {
			return c.BadArg()
		}
		if i > 0 {
			out = append(out, sep...)
		}
		out = append(out, b...)
	}
	chargeBytes(c, len(out))
	return c.Binary(out)
}

// binaries reads a list of binaries that is not empty.
func binaries(c *vm.Context, t term.Term) ([][]byte, bool) {
	elems, ok := elements(c, t)
	if !ok || len(elems) == 0 {
		return nil, false
	}
	out := make([][]byte, len(elems))
	for i, e := range elems {
		if out[i], ok = e.BinaryBytes(); !ok {
			return nil, false
		}
	}
	return out, true
}

func binaryCommonPrefix(c *vm.Context, args []term.Term) term.Term {
	bs, ok := binaries(c, args[0])
	if !ok {
		return c.BadArg()
	}
	n := len(bs[0])
	for _, b := range bs[1:] {
		i := 0
		for i < n && i < len(b) && b[i] == bs[0][i] {
			i++
		}
		n = i
	}
	chargeBytes(c, n*len(bs))
	return term.Int(int64(n))
}

func binaryCommonSuffix(c *vm.Context, args []term.Term) term.Term {
	bs, ok := binaries(c, args[0])
	if !ok {
		return c.BadArg()
	}
	n := len(bs[0])
	for _, b := range bs[1:] {
		i := 0
		for i < n && i < len(b) && b[len(b)-1-i] == bs[0][len(bs[0])-1-i] {
			i++
		}
		n = i
	}
	chargeBytes(c, n*len(bs))
	return term.Int(int64(n))
}

// A compiled pattern is {bm, [Binary]} for one string to look for, {ac,
// [Binary]} for several.

func binaryCompilePattern(c *vm.Context, args []term.Term) term.Term {
	if args[0].IsTuple() {
		return c.BadArg()
	}
	p, ok := patterns(c, args[0])
	if !ok {
		return c.BadArg()
	}
	tag := atomAC
	if len(p) == 1 {
		tag = atomBM
	}
	l := args[0]
	if !l.IsCons() {
		l = term.List(c, l)
	}
	return pair(c, tag, l)
}

// patterns reads what binary:match and its like look for.
func patterns(c *vm.Context, t term.Term) (out [][]byte, ok bool) {
	if t.IsTuple() && t.TupleSize() == 2 && (t.Word(0) == atomBM || t.Word(0) == atomAC) {
		t = t.Word(1)
	}
	if b, ok := t.BinaryBytes(); ok {
		out = [][]byte{b}
	} else if out, ok = binaries(c, t); !ok {
		return nil, false
	}
	for _, p := range out {
		if len(p) == 0 {
			return nil, false
		}
	}
	return out, true
}

// finder finds the places of several strings: the first place first, of those
// that begin there the longest.
type finder struct {
	data     []byte
	patterns [][]byte
	next     []int // where each pattern is found next, len(data) for nowhere
}

func newFinder(data []byte, patterns [][]byte, from int) *finder {
	f := &finder{data: data, patterns: patterns, next: make([]int, len(patterns))}
	for i := range f.next {
		f.next[i] = -1
	}
	f.advance(from)
	return f
}

// advance looks for patterns from a place on.
func (f *finder) advance(from int) {
	for i, p := range f.patterns {
		if f.next[i] >= from {
			continue
		}
		f.next[i] = len(f.data)
		if from < len(f.data) {
			if j := bytes.Index(f.data[from:], p); j >= 0 {
				f.next[i] = from + j
			}
		}
	}
}

// find returns the next place from one on, and its length.
func (f *finder) find(from int) (at, n int, ok bool) {
	f.advance(from)
	at = len(f.data)
	for i, p := range f.patterns {
		switch {
		case f.next[i] < at:
			at, n = f.next[i], len(p)
		case f.next[i] == at && at < len(f.data):
			n = max(n, len(p))
		}
	}
	return at, n, at < len(f.data)
}

// search is the arguments of match, split and their like.
type search struct {
	subject               term.Term
	data                  []byte
	finder                *finder
	from, to              int
	global, trim, trimAll bool
	insert                []int // places in the replacement
}

func readSearch(c *vm.Context, subject, pattern term.Term, options term.Term, known ...term.Term) (*search, bool) {
	data, ok := subject.BinaryBytes()
	if !ok {
		return nil, false
	}
	p, ok := patterns(c, pattern)
	if !ok {
		return nil, false
	}
	s := &search{subject: subject, data: data, to: len(data)}
	for ; options.IsCons(); options = options.Tail() {
		o := options.Head()
		key := o
		if o.IsTuple() && o.TupleSize() == 2 {
			key = o.Word(0)
		}
		allowed := key == atomScope
		for _, k := range known {
			allowed = allowed || k == key
		}
		if !allowed || !s.option(c, key, o) {
			return nil, false
		}
	}
	if options != term.Nil {
		return nil, false
	}
	chargeBytes(c, (s.to-s.from)*len(p))
	s.finder = newFinder(data[:s.to], p, s.from)
	return s, true
}

func (s *search) option(c *vm.Context, key, o term.Term) bool {
	switch key {
	case atomGlobal:
		s.global = true
	case atomTrim:
		s.trim = true
	case atomTrimAll:
		s.trimAll = true
	case atomScope:
		if !o.IsTuple() || !o.Word(1).IsTuple() || o.Word(1).TupleSize() != 2 {
			return false
		}
		start, n, ok := part(len(s.data), o.Word(1).Word(0), o.Word(1).Word(1))
		s.from, s.to = start, start+n
		return ok
	case atomInsertReplaced:
		if !o.IsTuple() {
			return false
		}
		places := []term.Term{o.Word(1)}
		if o.Word(1).IsList() {
			var ok bool
			if places, ok = elements(c, o.Word(1)); !ok {
				return false
			}
		}
		for _, p := range places {
			n, ok := natural(p)
			if !ok {
				return false
			}
			s.insert = append(s.insert, n)
		}
	}
	return o == key || key == atomScope || key == atomInsertReplaced
}

func optional(args []term.Term, i int) term.Term {
	if len(args) > i {
		return args[i]
	}
	return term.Nil
}

func binaryMatch(c *vm.Context, args []term.Term) term.Term {
	s, ok := readSearch(c, args[0], args[1], optional(args, 2))
	if !ok {
		return c.BadArg()
	}
	at, n, ok := s.finder.find(s.from)
	if !ok {
		return atomNomatch
	}
	return pair(c, term.Int(int64(at)), term.Int(int64(n)))
}

func binaryMatches(c *vm.Context, args []term.Term) term.Term {
	s, ok := readSearch(c, args[0], args[1], optional(args, 2))
	if !ok {
		return c.BadArg()
	}
	l := newList(c)
	for from := s.from; ; {
		at, n, ok := s.finder.find(from)
		if !ok {
			return l.list()
		}
		l.add(pair(c, term.Int(int64(at)), term.Int(int64(n))))
		from = at + n
	}
}

func binarySplit(c *vm.Context, args []term.Term) term.Term {
	s, ok := readSearch(c, args[0], args[1], optional(args, 2), atomGlobal, atomTrim, atomTrimAll)
	if !ok {
		return c.BadArg()
	}
	type piece struct{ from, to int }
	var pieces []piece
	start := 0
	for from := s.from; ; {
		at, n, ok := s.finder.find(from)
		if !ok {
			break
		}
		pieces = append(pieces, piece{start, at})
		start, from = at+n, at+n
		if !s.global {
			break
		}
	}
	pieces = append(pieces, piece{start, len(s.data)})
	if s.trim {
		for len(pieces) > 0 && pieces[len(pieces)-1].from == pieces[len(pieces)-1].to {
			pieces = pieces[:len(pieces)-1]
		}
	}
	l := newList(c)
	for _, p := range pieces {
		if !s.trimAll || p.from < p.to {
			l.add(subBinary(c, s.subject, p.from, p.to-p.from))
		}
	}
	return l.list()
}

func binaryReplace(c *vm.Context, args []term.Term) term.Term {
	s, ok := readSearch(c, args[0], args[1], optional(args, 3), atomGlobal, atomInsertReplaced)
	if !ok {
		return c.BadArg()
	}
	fun := args[2].IsFun()
	replacement, ok := args[2].BinaryBytes()
	if !ok && !fun {
		return c.BadArg()
	}
	for _, n := range s.insert {
		if n > len(replacement) {
			return c.BadArg()
		}
	}
	if fun {
		return replaceWithFun(c, s, args[2])
	}
	var out []byte
	last := 0
	for from := s.from; ; {
		at, n, ok := s.finder.find(from)
		if !ok {
			break
		}
		out = append(out, s.data[last:at]...)
		out = appendReplaced(out, replacement, s.data[at:at+n], s.insert)
		last, from = at+n, at+n
		if !s.global {
			break
		}
	}
	if last == 0 && out == nil {
		return args[0]
	}
	out = append(out, s.data[last:]...)
	chargeBytes(c, len(out))
	if !c.MemoryLeft(len(out)) {
		return c.SystemLimit()
	}
	return c.Binary(out)
}

// appendReplaced appends the replacement, with what it replaces put in at
// places.
func appendReplaced(out, replacement, replaced []byte, places []int) []byte {
	if len(places) == 0 {
		return append(out, replacement...)
	}
	sorted := append([]int(nil), places...)
	for i := range sorted {
		for j := i; j > 0 && sorted[j] < sorted[j-1]; j-- {
			sorted[j], sorted[j-1] = sorted[j-1], sorted[j]
		}
	}
	last := 0
	for _, p := range sorted {
		out = append(out, replacement[last:p]...)
		out = append(out, replaced...)
		last = p
	}
	return append(out, replacement[last:]...)
}

// replaceWithFun is replace with a fun of what is replaced.
func replaceWithFun(c *vm.Context, s *search, fun term.Term) term.Term {
	data := append([]byte(nil), s.data...)
	s.finder.data = data[:s.to]
	return c.Coroutine(func(n *vm.Coroutine) term.Term {
		kept := n.Keep(fun)
		var out []byte
		last := 0
		for from := s.from; ; {
			at, size, ok := s.finder.find(from)
			if !ok {
				break
			}
			out = append(out, data[last:at]...)
			t, exc := n.CallFun(n.Kept(kept), c.Binary(data[at:at+size]))
			if exc != nil {
				return n.Reraise(exc)
			}
			b, ok := t.BinaryBytes()
			if !ok {
				return c.BadArg()
			}
			out = append(out, b...)
			last, from = at+size, at+size
			if !s.global {
				break
			}
		}
		return c.Binary(append(out, data[last:]...))
	})
}
