package term

import "unsafe"

// Term is one machine word: an immediate value or a tagged address.
type Term uint64

// Addr is an absolute address in pointer-free memory, always 8-aligned.
type Addr = uintptr

// Tags, the low three bits of a word.
const (
	TagInt     = 0
	TagCons    = 1
	TagBoxed   = 2
	TagImm     = 3
	TagHeader  = 6
	TagForward = 7

	TagMask = 7
)

// Immediate subtags, bits 3 to 5 of a word tagged TagImm.
const (
	immNil  = 0
	immAtom = 1
	immPid  = 2
	immPort = 3
	immNone = 4

	immShift = 6
)

// Kind is the kind of a boxed object.
type Kind uint8

// Kinds of boxed objects. The payload of each is given in words.
const (
	KindTuple   Kind = 0 // the elements
	KindFun     Kind = 1 // Int(lambda index), then the free variables
	KindExport  Kind = 2 // module, function, Int(arity), raw address of the export cell
	KindFlatMap Kind = 3 // tuple of sorted keys (shared between maps), then the values in the keys' order
	KindHashMap Kind = 4 // Int(number of pairs), root node
	KindNode    Kind = 5 // a node of a hash map: Int(bitmap), then the children (package-private shape)
	KindSubBits Kind = 6 // the underlying KindHeapBits or KindRefBits term, Int(bit offset), Int(bit size)

	KindRaw Kind = 16 // the first of the raw kinds

	KindFloat    Kind = 16 // IEEE 754 bits
	KindBigPos   Kind = 17 // magnitude, least significant word first
	KindBigNeg   Kind = 18 // magnitude of a negative number
	KindHeapBits Kind = 19 // bit size, then the bytes, first byte at the lowest address
	KindRefBits  Kind = 20 // address of the next RefBits of the heap or 0, handle, bit size, address of the bytes
	KindRef      Kind = 21 // id, then the pid word of the alias' owner or 0
	KindTrace    Kind = 22 // a raw stack trace, see package vm
)

// Bounds of small integers.
const (
	MaxSmall = 1<<60 - 1
	MinSmall = -1 << 60
)

// Nil is the empty list; None is no term at all: built-ins return it to say
// that they did not return, tables use it for an empty slot.
const (
	Nil  Term = immNil<<3 | TagImm
	None Term = immNone<<3 | TagImm
)

// Allocator gives room for terms. Alloc returns the address of the given
// number of words; it never collects, so terms held by the caller stay valid.
type Allocator interface {
	Alloc(words int) Addr
}

// Load reads the word at an address.
func Load(a Addr) Term { return *(*Term)(unsafe.Add(nil, a)) }

// Store writes the word at an address.
func Store(a Addr, v Term) { *(*Term)(unsafe.Add(nil, a)) = v }

// Tag returns the low three bits.
func (t Term) Tag() uint64 { return uint64(t) & TagMask }

// Addr returns the address a cons or boxed word points to.
func (t Term) Addr() Addr { return Addr(t &^ TagMask) }

// IsPointer reports whether the word is a cons or boxed word.
func (t Term) IsPointer() bool { return uint64(t)&TagMask-1 < 2 }

// Int makes a small integer; i must lie in [MinSmall, MaxSmall]. For any int64
// use MakeInt.
func Int(i int64) Term { return Term(i << 3) }

// IsInt reports whether the word is a small integer.
func (t Term) IsInt() bool { return t&TagMask == TagInt }

// Int returns the value of a small integer.
func (t Term) Int() int64 { return int64(t) >> 3 }

// AtomAt makes the atom with an index in the atom table.
func AtomAt(index uint32) Term { return Term(index)<<immShift | immAtom<<3 | TagImm }

// IsAtom reports whether the word is an atom.
func (t Term) IsAtom() bool { return t&0x3f == immAtom<<3|TagImm }

// AtomIndex returns the index of an atom in the atom table.
func (t Term) AtomIndex() uint32 { return uint32(t >> immShift) }

// Bool makes true or false.
func Bool(b bool) Term {
	if b {
		return True
	}
	return False
}

// Pid makes a pid from the process's number, which grows with every spawn and
// is never used twice (34 bits), and its slot in the process table (24 bits).
func Pid(number uint64, slot uint32) Term {
	return Term(number<<24|uint64(slot))<<immShift | immPid<<3 | TagImm
}

// IsPid reports whether the word is a pid.
func (t Term) IsPid() bool { return t&0x3f == immPid<<3|TagImm }

// PidNumber returns the number of a pid: N in #PID<0.N.0>.
func (t Term) PidNumber() uint64 { return uint64(t) >> (immShift + 24) }

// PidSlot returns the slot of a pid in the process table.
func (t Term) PidSlot() uint32 { return uint32(t>>immShift) & (1<<24 - 1) }

// Port makes a port from its number.
func Port(number uint64) Term { return Term(number)<<immShift | immPort<<3 | TagImm }

// IsPort reports whether the word is a port.
func (t Term) IsPort() bool { return t&0x3f == immPort<<3|TagImm }

// PortNumber returns the number of a port.
func (t Term) PortNumber() uint64 { return uint64(t) >> immShift }

// IsNil reports whether the word is the empty list.
func (t Term) IsNil() bool { return t == Nil }

// IsCons reports whether the word is a list cell.
func (t Term) IsCons() bool { return t&TagMask == TagCons }

// IsList reports whether the word is a list cell or the empty list.
func (t Term) IsList() bool { return t.IsCons() || t == Nil }

// Head returns the head of a list cell.
func (t Term) Head() Term { return Load(Addr(t - TagCons)) }

// Tail returns the tail of a list cell.
func (t Term) Tail() Term { return Load(Addr(t-TagCons) + 8) }

// ConsAt makes the word for a list cell at an address.
func ConsAt(a Addr) Term { return Term(a) | TagCons }

// BoxedAt makes the word for a boxed object at an address.
func BoxedAt(a Addr) Term { return Term(a) | TagBoxed }

// Cons allocates a list cell: two words.
func Cons(m Allocator, head, tail Term) Term {
	a := m.Alloc(2)
	Store(a, head)
	Store(a+8, tail)
	return ConsAt(a)
}

// List allocates a proper list of the given elements.
func List(m Allocator, elems ...Term) Term { return ListOnto(m, Nil, elems...) }

// ListOnto allocates a list of the elements before a tail.
func ListOnto(m Allocator, tail Term, elems ...Term) Term {
	if len(elems) == 0 {
		return tail
	}
	a := m.Alloc(2 * len(elems))
	for i, e := range elems {
		Store(a+uintptr(i)*16, e)
		Store(a+uintptr(i)*16+8, ConsAt(a+uintptr(i+1)*16))
	}
	Store(a+uintptr(len(elems))*16-8, tail)
	return ConsAt(a)
}

// Header makes a header word for a payload of size words.
func Header(k Kind, size int) Term { return Term(size)<<8 | Term(k)<<3 | TagHeader }

// IsBoxed reports whether the word points to a boxed object.
func (t Term) IsBoxed() bool { return t&TagMask == TagBoxed }

// Header returns the header word of a boxed object.
func (t Term) Header() Term { return Load(Addr(t - TagBoxed)) }

// HeaderKind returns the kind in a header word.
func (t Term) HeaderKind() Kind { return Kind(t>>3) & 31 }

// HeaderSize returns the payload size in a header word.
func (t Term) HeaderSize() int { return int(t >> 8) }

// Is reports whether the word points to a boxed object of a kind.
func (t Term) Is(k Kind) bool { return t.IsBoxed() && t.Header().HeaderKind() == k }

// Word returns payload word i (from 0) of a boxed object.
func (t Term) Word(i int) Term { return Load(Addr(t-TagBoxed) + 8 + uintptr(i)*8) }

// SetWord overwrites payload word i of a boxed object. Only for objects that
// nobody else has seen yet.
func (t Term) SetWord(i int, v Term) { Store(Addr(t-TagBoxed)+8+uintptr(i)*8, v) }

// Box allocates a boxed object with the given payload.
func Box(m Allocator, k Kind, payload ...Term) Term {
	a := m.Alloc(1 + len(payload))
	Store(a, Header(k, len(payload)))
	for i, w := range payload {
		Store(a+8+uintptr(i)*8, w)
	}
	return BoxedAt(a)
}

// Tuple allocates a tuple.
func Tuple(m Allocator, elems ...Term) Term { return Box(m, KindTuple, elems...) }

// IsTuple reports whether the term is a tuple.
func (t Term) IsTuple() bool { return t.Is(KindTuple) }

// TupleSize returns the number of elements of a tuple.
func (t Term) TupleSize() int { return t.Header().HeaderSize() }

// IsFun reports whether the term is a function of either form.
func (t Term) IsFun() bool {
	if !t.IsBoxed() {
		return false
	}
	k := t.Header().HeaderKind()
	return k == KindFun || k == KindExport
}

// IsMap reports whether the term is a map of either form.
func (t Term) IsMap() bool {
	if !t.IsBoxed() {
		return false
	}
	k := t.Header().HeaderKind()
	return k == KindFlatMap || k == KindHashMap
}

// IsBits reports whether the term is a bitstring of any form.
func (t Term) IsBits() bool {
	if !t.IsBoxed() {
		return false
	}
	switch t.Header().HeaderKind() {
	case KindSubBits, KindHeapBits, KindRefBits:
		return true
	}
	return false
}

// IsBinary reports whether the term is a bitstring of whole bytes.
func (t Term) IsBinary() bool { return t.IsBits() && t.BitSize()&7 == 0 }

// IsFloat reports whether the term is a float.
func (t Term) IsFloat() bool { return t.Is(KindFloat) }

// IsBig reports whether the term is an integer that needs a box.
func (t Term) IsBig() bool {
	if !t.IsBoxed() {
		return false
	}
	k := t.Header().HeaderKind()
	return k == KindBigPos || k == KindBigNeg
}

// IsInteger reports whether the term is an integer of any size.
func (t Term) IsInteger() bool { return t.IsInt() || t.IsBig() }

// IsNumber reports whether the term is an integer or a float.
func (t Term) IsNumber() bool { return t.IsInteger() || t.IsFloat() }

// IsRef reports whether the term is a reference.
func (t Term) IsRef() bool { return t.Is(KindRef) }

// Ref allocates a reference: three words. alias is the owner's pid for a
// process alias, else 0.
func Ref(m Allocator, id uint64, alias Term) Term {
	return Box(m, KindRef, Term(id), alias)
}

// RefID returns the number of a reference.
func (t Term) RefID() uint64 { return uint64(t.Word(0)) }
