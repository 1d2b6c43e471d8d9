package term

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Tags of Erlang's external term format (ERTS User's Guide, "External Term
// Format").
const (
	etfVersion       = 131
	etfCompressed    = 80
	etfNewFloat      = 70
	etfBitBinary     = 77
	etfNewPid        = 88
	etfNewPort       = 89
	etfNewerRef      = 90
	etfSmallInt      = 97
	etfInt           = 98
	etfOldFloat      = 99
	etfAtom          = 100
	etfRef           = 101
	etfPort          = 102
	etfPid           = 103
	etfSmallTuple    = 104
	etfLargeTuple    = 105
	etfNil           = 106
	etfString        = 107
	etfList          = 108
	etfBinary        = 109
	etfSmallBig      = 110
	etfLargeBig      = 111
	etfNewFun        = 112
	etfExport        = 113
	etfNewRef        = 114
	etfSmallAtom     = 115
	etfMap           = 116
	etfAtomUTF8      = 118
	etfSmallAtomUTF8 = 119
	etfV4Port        = 120
)

// nodeName is the node of local pids, ports and references.
const nodeName = "nonode@nohost"

// EncodeETF encodes a term in the external term format, with its leading
// version, byte for byte as term_to_binary does. With sorted the pairs of
// maps come in the order of their keys (the option deterministic).
//
// Pids, references and functions of one clause are encoded so that this
// machine can read them back; another machine sees a pid of nonode@nohost.
func EncodeETF(t Term, sorted bool) []byte {
	e := encoder{sorted: sorted, out: []byte{etfVersion}}
	e.encode(t)
	return e.out
}

// CompressETF deflates an encoded term, level 1 to 9, when that makes it
// shorter.
func CompressETF(b []byte, level int) []byte {
	out := bytes.NewBuffer([]byte{etfVersion, etfCompressed})
	_ = binary.Write(out, binary.BigEndian, uint32(len(b)-1))
	z, err := zlib.NewWriterLevel(out, level)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	if _, err := z.Write(b[1:]); err != nil {
		panic("BUG: " + err.Error())
	}
	if err := z.Close(); err != nil {
		panic("BUG: " + err.Error())
	}
	if out.Len() >= len(b) {
		return b
	}
	return out.Bytes()
}

type encoder struct {
	out    []byte
	stack  []Term
	sorted bool
}

func (e *encoder) u8(n int)     { e.out = append(e.out, byte(n)) }
func (e *encoder) u16(n int)    { e.out = binary.BigEndian.AppendUint16(e.out, uint16(n)) }
func (e *encoder) u32(n int)    { e.out = binary.BigEndian.AppendUint32(e.out, uint32(n)) }
func (e *encoder) u64(n uint64) { e.out = binary.BigEndian.AppendUint64(e.out, n) }

func (e *encoder) encode(t Term) {
	e.stack = append(e.stack, t)
	for len(e.stack) > 0 {
		t := e.stack[len(e.stack)-1]
		e.stack = e.stack[:len(e.stack)-1]
		e.one(t)
	}
}

// one encodes a term but for the terms in it, which it puts on the stack, the
// first on top.
func (e *encoder) one(t Term) {
	switch t.Tag() {
	case TagInt:
		e.integer(t)
		return
	case TagCons:
		e.list(t)
		return
	case TagImm:
		e.immediate(t)
		return
	}
	h := t.Header()
	n := h.HeaderSize()
	switch h.HeaderKind() {
	case KindTuple:
		if n < 256 {
			e.u8(etfSmallTuple)
			e.u8(n)
		} else {
			e.u8(etfLargeTuple)
			e.u32(n)
		}
		for i := n - 1; i >= 0; i-- {
			e.stack = append(e.stack, t.Word(i))
		}
	case KindFlatMap, KindHashMap:
		e.dict(t)
	case KindFloat:
		e.u8(etfNewFloat)
		e.u64(uint64(t.Word(0)))
	case KindBigPos, KindBigNeg:
		e.integer(t)
	case KindRef:
		e.ref(t.RefID(), uint64(t.Word(1)))
	case KindExport:
		e.u8(etfExport)
		e.atom(t.Word(0).AtomName())
		e.atom(t.Word(1).AtomName())
		e.integer(t.Word(2))
	case KindFun:
		e.fun(t, n-1)
	default:
		e.bits(t)
	}
}

func (e *encoder) immediate(t Term) {
	switch {
	case t.IsAtom():
		e.atom(t.AtomName())
	case t.IsPid():
		e.u8(etfNewPid)
		e.atom(nodeName)
		e.u32(int(t.PidNumber() & math.MaxUint32))
		e.u32(int(t.PidNumber()>>32) | int(t.PidSlot())<<2)
		e.u32(0)
	case t.IsPort():
		e.u8(etfV4Port)
		e.atom(nodeName)
		e.u64(t.PortNumber())
		e.u32(0)
	default:
		e.u8(etfNil)
	}
}

func (e *encoder) atom(name string) {
	if len(name) < 256 {
		e.u8(etfSmallAtomUTF8)
		e.u8(len(name))
	} else {
		e.u8(etfAtomUTF8)
		e.u16(len(name))
	}
	e.out = append(e.out, name...)
}

func (e *encoder) integer(t Term) {
	if t.IsInt() {
		switch i := t.Int(); {
		case i >= 0 && i < 256:
			e.u8(etfSmallInt)
			e.u8(int(i))
			return
		case i >= math.MinInt32 && i <= math.MaxInt32:
			e.u8(etfInt)
			e.u32(int(i))
			return
		}
	}
	var z big.Int
	viewBig(t, &z)
	b := new(big.Int).Abs(&z).Bytes()
	if len(b) < 256 {
		e.u8(etfSmallBig)
		e.u8(len(b))
	} else {
		e.u8(etfLargeBig)
		e.u32(len(b))
	}
	if z.Sign() < 0 {
		e.u8(1)
	} else {
		e.u8(0)
	}
	for i := len(b) - 1; i >= 0; i-- {
		e.out = append(e.out, b[i])
	}
}

func (e *encoder) list(t Term) {
	n, text := 0, true
	u := t
	for ; u.IsCons(); u = u.Tail() {
		n++
		text = text && isByte(u.Head())
	}
	if text && u == Nil && n <= math.MaxUint16 {
		e.u8(etfString)
		e.u16(n)
		for ; t.IsCons(); t = t.Tail() {
			e.u8(int(t.Head().Int()))
		}
		return
	}
	e.u8(etfList)
	e.u32(n)
	first := len(e.stack)
	e.stack = append(e.stack, make([]Term, n+1)...)
	e.stack[first] = u
	for i := len(e.stack) - 1; t.IsCons(); i, t = i-1, t.Tail() {
		e.stack[i] = t.Head()
	}
}

func (e *encoder) dict(t Term) {
	e.u8(etfMap)
	e.u32(MapSize(t))
	if t.Is(KindHashMap) && !e.sorted {
		// The BEAM writes large maps from the end.
		for k, v := range MapPairs(t) {
			e.stack = append(e.stack, v, k)
		}
		return
	}
	pairs := sortedPairs(t)
	for i := len(pairs) - 1; i >= 0; i-- {
		e.stack = append(e.stack, pairs[i])
	}
}

func (e *encoder) ref(id, alias uint64) {
	words := 3
	if alias != 0 {
		words = 4
	}
	e.u8(etfNewerRef)
	e.u16(words)
	e.atom(nodeName)
	e.u32(0)
	e.u32(int(id & math.MaxUint32))
	e.u32(int(id >> 32))
	e.u32(int(alias & math.MaxUint32))
	if alias != 0 {
		e.u32(int(alias >> 32))
	}
}

func (e *encoder) bits(t Term) {
	data, offset, size := t.Bits()
	if offset != 0 || size&7 != 0 {
		data = CopyBits(data, offset, size)
	}
	if size&7 == 0 {
		e.u8(etfBinary)
		e.u32(len(data))
	} else {
		e.u8(etfBitBinary)
		e.u32(len(data))
		e.u8(size & 7)
	}
	e.out = append(e.out, data...)
}

// funModule stands in the encoding of a fun for its module, which is not known
// here: the fun's number in the machine says it all.
const funModule = "vivarium"

func (e *encoder) fun(t Term, free int) {
	e.u8(etfNewFun)
	size := len(e.out)
	e.u32(0)
	e.u8(0)
	e.out = append(e.out, make([]byte, 16)...)
	e.u32(int(t.Word(0).Int()))
	e.u32(free)
	e.atom(funModule)
	e.integer(t.Word(0))
	e.integer(Int(0))
	e.immediate(Pid(0, 0))
	// The size covers the free variables: they are encoded on their own.
	sub := encoder{sorted: e.sorted}
	for i := 0; i < free; i++ {
		sub.encode(t.Word(1 + i))
	}
	e.out = append(e.out, sub.out...)
	binary.BigEndian.PutUint32(e.out[size:], uint32(len(e.out)-size))
}

// DecodeOptions say what DecodeETF is to take.
type DecodeOptions struct {
	// Safe refuses atoms that do not exist yet.
	Safe bool
	// Fun reports whether there is a fun with this number and as many free
	// variables. Without it, funs are refused.
	Fun func(index, free int) bool
	// Export makes the fun of an exported function; without it, the export has
	// no address.
	Export func(m Allocator, module, function Term, arity int) Term
}

var errETF = errors.New("not in the external term format")

// DecodeETF decodes a term in the external term format, with its leading
// version, and returns how many bytes it took. Whatever the bytes are, it
// takes no more memory than some multiple of their number (of the inflated
// number, which is at most 1032 times that, for a compressed term).
func DecodeETF(m Allocator, data []byte, o DecodeOptions) (t Term, used int, err error) {
	if len(data) < 2 || data[0] != etfVersion {
		return None, 0, errETF
	}
	if data[1] == etfCompressed {
		return decodeCompressed(m, data, o)
	}
	d := decoder{m: m, data: data, at: 1, o: o}
	t, err = d.decode()
	if err != nil {
		return None, 0, err
	}
	return t, d.at, nil
}

func decodeCompressed(m Allocator, data []byte, o DecodeOptions) (Term, int, error) {
	if len(data) < 6 {
		return None, 0, errETF
	}
	size := int64(binary.BigEndian.Uint32(data[2:]))
	if size > int64(len(data))*1032 {
		return None, 0, errETF
	}
	in := bytes.NewReader(data[6:])
	z, err := zlib.NewReader(in)
	if err != nil {
		return None, 0, fmt.Errorf("compressed term: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, size+1))
	if err != nil {
		return None, 0, fmt.Errorf("compressed term: %w", err)
	}
	if int64(len(plain)) != size {
		return None, 0, errETF
	}
	d := decoder{m: m, data: plain, o: o}
	t, err := d.decode()
	if err != nil {
		return None, 0, err
	}
	if d.at != len(plain) {
		return None, 0, errETF
	}
	return t, len(data) - in.Len(), nil
}

type decoder struct {
	m      Allocator
	data   []byte
	at     int
	o      DecodeOptions
	values []Term  // decoded, not yet part of anything
	open   []frame // begun
}

// frame is a compound term that has begun: when enough values are there it is
// made of them.
type frame struct {
	tag   byte
	index int // of a fun
	first int // in decoder.values
	n     int
}

func (d *decoder) left() int { return len(d.data) - d.at }

func (d *decoder) take(n int) ([]byte, error) {
	if n < 0 || n > d.left() {
		return nil, errETF
	}
	b := d.data[d.at : d.at+n]
	d.at += n
	return b, nil
}

// number takes a number of n bytes, at most 8.
func (d *decoder) number(n int) (uint64, error) {
	b, err := d.take(n)
	var u uint64
	for _, c := range b {
		u = u<<8 | uint64(c)
	}
	return u, err
}

func (d *decoder) decode() (Term, error) {
	for {
		t, done, err := d.one()
		if err != nil {
			return None, err
		}
		if done {
			d.values = append(d.values, t)
		}
		for len(d.open) > 0 {
			f := d.open[len(d.open)-1]
			if len(d.values)-f.first < f.n {
				break
			}
			d.open = d.open[:len(d.open)-1]
			t, err := d.close(f, d.values[f.first:])
			if err != nil {
				return None, err
			}
			d.values = append(d.values[:f.first], t)
		}
		if len(d.open) == 0 {
			return d.values[0], nil
		}
	}
}

// begin opens a compound term of n terms, each of which takes a byte at least.
func (d *decoder) begin(tag byte, index int, n uint64) error {
	if n > uint64(d.left()) {
		return errETF
	}
	d.open = append(d.open, frame{tag, index, len(d.values), int(n)})
	return nil
}

func (d *decoder) close(f frame, values []Term) (Term, error) {
	switch f.tag {
	case etfSmallTuple:
		return Tuple(d.m, values...), nil
	case etfList:
		return ListOnto(d.m, values[f.n-1], values[:f.n-1]...), nil
	case etfMap:
		t := MapFromPairs(d.m, values)
		if MapSize(t) != f.n/2 {
			return None, errETF // a key stood twice
		}
		return t, nil
	}
	free := values[3:]
	if d.o.Fun == nil || !d.o.Fun(f.index, len(free)) {
		return None, errETF
	}
	return Box(d.m, KindFun, append([]Term{Int(int64(f.index))}, free...)...), nil
}

// one decodes a term; done is false when it has only begun.
func (d *decoder) one() (t Term, done bool, err error) {
	tag, err := d.number(1)
	if err != nil {
		return None, false, err
	}
	width := 4
	switch tag {
	case etfSmallTuple:
		width = 1
	case etfLargeTuple, etfList, etfMap:
	case etfNewFun:
		return None, false, d.beginFun()
	default:
		t, err = d.leaf(byte(tag))
		return t, err == nil, err
	}
	n, err := d.number(width)
	if err != nil {
		return None, false, err
	}
	switch tag {
	case etfList:
		return None, false, d.begin(etfList, 0, n+1)
	case etfMap:
		return None, false, d.begin(etfMap, 0, 2*n)
	}
	return None, false, d.begin(etfSmallTuple, 0, n)
}

func (d *decoder) beginFun() error {
	b, err := d.take(4 + 1 + 16 + 4 + 4)
	if err != nil {
		return err
	}
	index, free := binary.BigEndian.Uint32(b[21:]), binary.BigEndian.Uint32(b[25:])
	if name, err := d.atomName(); err != nil || name != funModule {
		return errETF
	}
	return d.begin(etfNewFun, int(index), 3+uint64(free))
}

// leaf decodes a term that has no other terms in it.
func (d *decoder) leaf(tag byte) (Term, error) {
	switch tag {
	case etfSmallInt:
		u, err := d.number(1)
		return Int(int64(u)), err
	case etfInt:
		u, err := d.number(4)
		return Int(int64(int32(u))), err
	case etfNewFloat:
		u, err := d.number(8)
		if err != nil {
			return None, err
		}
		return d.float(math.Float64frombits(u))
	case etfOldFloat:
		b, err := d.take(31)
		if err != nil {
			return None, err
		}
		f, err := strconv.ParseFloat(strings.TrimRight(string(b), "\x00"), 64)
		if err != nil {
			return None, errETF
		}
		return d.float(f)
	case etfNil:
		return Nil, nil
	case etfString:
		n, err := d.number(2)
		if err != nil {
			return None, err
		}
		b, err := d.take(int(n))
		if err != nil {
			return None, err
		}
		return ByteList(d.m, b, Nil), nil
	case etfBinary, etfBitBinary:
		return d.bits(tag)
	case etfSmallBig, etfLargeBig:
		return d.big(tag)
	case etfAtom, etfSmallAtom, etfAtomUTF8, etfSmallAtomUTF8:
		d.at--
		return d.atom()
	case etfPid, etfNewPid:
		return d.pid(tag)
	case etfPort, etfNewPort, etfV4Port:
		return d.port(tag)
	case etfRef, etfNewRef, etfNewerRef:
		return d.ref(tag)
	case etfExport:
		return d.export()
	}
	return None, errETF
}

func (d *decoder) float(f float64) (Term, error) {
	t, ok := MakeFloat(d.m, f)
	if !ok {
		return None, errETF
	}
	return t, nil
}

func (d *decoder) bits(tag byte) (Term, error) {
	n, err := d.number(4)
	if err != nil {
		return None, err
	}
	size := int(n) * 8
	if tag == etfBitBinary {
		last, err := d.number(1)
		if err != nil {
			return None, err
		}
		if last < 1 || last > 8 || n == 0 {
			return None, errETF
		}
		size += int(last) - 8
	}
	b, err := d.take(int(n))
	if err != nil {
		return None, err
	}
	return NewBitstring(d.m, b, size), nil
}

// BitsAllocator is an Allocator that keeps large bitstrings outside the heap.
type BitsAllocator interface {
	Allocator
	NewBits(bits int) (Term, []byte)
}

// NewBitstring makes a bitstring of the first size bits of data: on the heap
// or, when it is large and the allocator knows how, outside.
func NewBitstring(m Allocator, data []byte, size int) Term {
	var t Term
	var buf []byte
	if s, ok := m.(BitsAllocator); ok {
		t, buf = s.NewBits(size)
	} else {
		t, buf = NewHeapBits(m, size)
	}
	copy(buf, data)
	if n := size & 7; n != 0 {
		buf[len(buf)-1] &^= 0xff >> n
	}
	return t
}

// ByteList makes the list of the bytes before a tail.
func ByteList(m Allocator, b []byte, tail Term) Term {
	if len(b) == 0 {
		return tail
	}
	a := m.Alloc(2 * len(b))
	for i, c := range b {
		p := a + uintptr(i)*16
		Store(p, Int(int64(c)))
		Store(p+8, ConsAt(p+16))
	}
	Store(a+uintptr(len(b))*16-8, tail)
	return ConsAt(a)
}

func (d *decoder) big(tag byte) (Term, error) {
	width := 1
	if tag == etfLargeBig {
		width = 4
	}
	n, err := d.number(width)
	if err != nil {
		return None, err
	}
	sign, err := d.number(1)
	if err != nil {
		return None, err
	}
	b, err := d.take(int(n))
	if err != nil {
		return None, err
	}
	if n > MaxBigWords*8 {
		return None, errETF
	}
	be := make([]byte, len(b))
	for i, c := range b {
		be[len(b)-1-i] = c
	}
	z := new(big.Int).SetBytes(be)
	if sign != 0 {
		z.Neg(z)
	}
	return FromBig(d.m, z), nil
}

func (d *decoder) atomName() (string, error) {
	tag, err := d.number(1)
	if err != nil {
		return "", err
	}
	width := 1
	switch tag {
	case etfAtom, etfAtomUTF8:
		width = 2
	case etfSmallAtom, etfSmallAtomUTF8:
	default:
		return "", errETF
	}
	n, err := d.number(width)
	if err != nil {
		return "", err
	}
	b, err := d.take(int(n))
	if err != nil {
		return "", err
	}
	if tag == etfAtom || tag == etfSmallAtom {
		b = []byte(latin1(b))
	}
	if !utf8.Valid(b) || utf8.RuneCount(b) > MaxAtomLength {
		return "", errETF
	}
	return string(b), nil
}

// latin1 returns the text whose characters are the bytes.
func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

func (d *decoder) atom() (Term, error) {
	name, err := d.atomName()
	if err != nil {
		return None, err
	}
	t, ok := ExistingAtom(name)
	if !ok && !d.o.Safe {
		t, ok = TryAtom(name)
	}
	if !ok {
		return None, errETF
	}
	return t, nil
}

// localNode takes the name of a node, which must be this one.
func (d *decoder) localNode() error {
	name, err := d.atomName()
	if err == nil && name != nodeName {
		err = errETF
	}
	return err
}

func (d *decoder) creation(short bool) error {
	n := 4
	if short {
		n = 1
	}
	_, err := d.take(n)
	return err
}

func (d *decoder) pid(tag byte) (Term, error) {
	if err := d.localNode(); err != nil {
		return None, err
	}
	b, err := d.take(8)
	if err != nil {
		return None, err
	}
	number, serial := uint64(binary.BigEndian.Uint32(b)), uint64(binary.BigEndian.Uint32(b[4:]))
	return Pid(serial&3<<32|number, uint32(serial>>2)&(1<<24-1)), d.creation(tag == etfPid)
}

func (d *decoder) port(tag byte) (Term, error) {
	if err := d.localNode(); err != nil {
		return None, err
	}
	n := 4
	if tag == etfV4Port {
		n = 8
	}
	number, err := d.number(n)
	if err != nil {
		return None, err
	}
	return Port(number & (1<<(64-immShift) - 1)), d.creation(tag == etfPort)
}

func (d *decoder) export() (Term, error) {
	module, err := d.atom()
	if err != nil {
		return None, err
	}
	function, err := d.atom()
	if err != nil {
		return None, err
	}
	b, err := d.take(2)
	if err != nil || b[0] != etfSmallInt {
		return None, errETF
	}
	if d.o.Export != nil {
		return d.o.Export(d.m, module, function, int(b[1])), nil
	}
	return Box(d.m, KindExport, module, function, Int(int64(b[1])), 0), nil
}

func (d *decoder) ref(tag byte) (Term, error) {
	words := uint64(1)
	if tag != etfRef {
		n, err := d.number(2)
		if err != nil {
			return None, err
		}
		words = n
	}
	if words < 1 || words > 5 {
		return None, errETF
	}
	if err := d.localNode(); err != nil {
		return None, err
	}
	if tag != etfRef {
		if err := d.creation(tag == etfNewRef); err != nil {
			return None, err
		}
	}
	var w [5]uint64
	for i := range w[:words] {
		u, err := d.number(4)
		if err != nil {
			return None, err
		}
		w[i] = u
	}
	if tag == etfRef {
		if err := d.creation(true); err != nil {
			return None, err
		}
	}
	alias := Term(w[2] | w[3]<<32)
	if alias != 0 && !alias.IsPid() {
		return None, errETF
	}
	return Ref(d.m, w[0]|w[1]<<32, alias), nil
}
