package term

import (
	"encoding/binary"
	"math/big"
)

// PHash2 is erlang:phash2's hash before it is reduced to its range: the same
// for the same term on every machine, as Erlang's documentation promises. It
// is Bob Jenkins' 1996 hash ("Hash functions for hash table lookup"), fed with
// the term as the BEAM does. Functions have no portable value.
func PHash2(t Term) uint32 {
	if t.IsAtom() {
		return pjw(t.AtomName())
	}
	p := phasher{}
	p.run(t)
	return p.hash
}

// golden is the constant of Jenkins' hash; its multiples keep types apart.
const golden = 0x9e3779b9

const (
	phString  = golden * 4 & 0xffffffff
	phAtom    = golden * 3 & 0xffffffff
	phNil     = golden * 2 & 0xffffffff
	phPid     = golden * 5 & 0xffffffff
	phPort    = golden * 6 & 0xffffffff
	phRef     = golden * 7 & 0xffffffff
	phTuple   = golden * 9 & 0xffffffff
	phNegBig  = golden * 10 & 0xffffffff
	phPosBig  = golden * 11 & 0xffffffff
	phFloat   = golden * 12 & 0xffffffff
	phBits    = golden * 13 & 0xffffffff
	phExport  = golden * 14 & 0xffffffff
	phTail    = golden * 15 & 0xffffffff
	phMap     = golden * 16 & 0xffffffff
	phMapTail = golden * 19 & 0xffffffff
)

// pjw is P. J. Weinberger's hash of an atom's characters up to 255 and of the
// bytes of the others.
func pjw(name string) uint32 {
	var h uint32
	for i := 0; i < len(name); i++ {
		v := name[i]
		if i+1 < len(name) && v&0xfe == 0xc2 {
			i++
			v = v<<6 | name[i]&0x3f
		}
		h = h<<4 + uint32(v)
		if g := h & 0xf0000000; g != 0 {
			h ^= g>>24 ^ g
		}
	}
	return h
}

func jenkins(a, b, c uint32) (uint32, uint32, uint32) {
	a -= b + c
	a ^= c >> 13
	b -= c + a
	b ^= a << 8
	c -= a + b
	c ^= b >> 13
	a -= b + c
	a ^= c >> 12
	b -= c + a
	b ^= a << 16
	c -= a + b
	c ^= b >> 5
	a -= b + c
	a ^= c >> 3
	b -= c + a
	b ^= a << 10
	c -= a + b
	c ^= b >> 15
	return a, b, c
}

type phasher struct {
	hash  uint32
	stack []phashItem
}

// phashItem is what is left to do: a term, or the end of a pair or of a map.
type phashItem struct {
	kind  phashKind
	t     Term
	saved uint32 // the hash before the map
	pairs *uint32
}

type phashKind uint8

const (
	phashTerm phashKind = iota
	phashPairEnd
	phashMapEnd
)

func (p *phasher) mix2(x, y, con uint32) { _, _, p.hash = jenkins(con+x, con+y, p.hash) }
func (p *phasher) mix(x, con uint32)     { p.mix2(x, 0, con) }

func (p *phasher) run(t Term) {
	p.stack = append(p.stack, phashItem{t: t})
	for len(p.stack) > 0 {
		it := p.stack[len(p.stack)-1]
		p.stack = p.stack[:len(p.stack)-1]
		switch it.kind {
		case phashTerm:
			p.term(it.t)
		case phashPairEnd:
			*it.pairs ^= p.hash
			p.hash = 0
		case phashMapEnd:
			p.hash = it.saved
			p.mix(*it.pairs, phMapTail)
		}
	}
}

func (p *phasher) push(t Term) { p.stack = append(p.stack, phashItem{t: t}) }

func (p *phasher) term(t Term) {
	switch {
	case t.IsInt():
		i := t.Int()
		if i < -1<<27 || i >= 1<<27 {
			con := uint32(phPosBig)
			if i < 0 {
				con = phNegBig
			}
			u := magnitude(i)
			p.mix2(uint32(u), uint32(u>>32), con)
			return
		}
		if i < 0 {
			p.mix(uint32(-i), golden)
		}
		p.mix(uint32(i), golden)
	case t.IsAtom():
		if p.hash == 0 {
			p.hash = pjw(t.AtomName())
		} else {
			p.mix(pjw(t.AtomName()), phAtom)
		}
	case t == Nil:
		if p.hash == 0 {
			p.hash = 3468870702
		} else {
			p.mix(2, phNil)
		}
	case t.IsPid():
		p.mix(uint32(t.PidNumber()), phPid)
	case t.IsPort():
		p.mix2(uint32(t.PortNumber()), uint32(t.PortNumber()>>32), phPort)
	case t.IsCons():
		p.list(t)
	default:
		p.boxed(t)
	}
}

// list hashes the bytes a list begins with four at a time.
func (p *phasher) list(t Term) {
	var word uint32
	n := 0
	for t.IsCons() && isByte(t.Head()) {
		word = word<<8 + uint32(t.Head().Int())
		n++
		if n == 4 {
			p.mix(word, phString)
			word, n = 0, 0
		}
		t = t.Tail()
	}
	if n > 0 {
		p.mix(word, phString)
	}
	if t.IsCons() {
		p.push(t.Tail())
		p.push(t.Head())
	} else {
		p.push(t)
	}
}

func (p *phasher) boxed(t Term) {
	n := t.Header().HeaderSize()
	switch t.Header().HeaderKind() {
	case KindTuple:
		p.mix(uint32(n), phTuple)
		for i := n - 1; i >= 0; i-- {
			p.push(t.Word(i))
		}
	case KindFlatMap, KindHashMap:
		size := MapSize(t)
		p.mix(uint32(size), phMap)
		if size == 0 {
			return
		}
		pairs := new(uint32)
		p.stack = append(p.stack, phashItem{kind: phashMapEnd, saved: p.hash, pairs: pairs})
		p.hash = 0
		for k, v := range MapPairs(t) {
			p.stack = append(p.stack, phashItem{kind: phashPairEnd, pairs: pairs}, phashItem{t: v}, phashItem{t: k})
		}
	case KindFun:
		p.mix2(uint32(n-1), uint32(t.Word(0).Int()), golden)
		for i := n - 1; i >= 1; i-- {
			p.push(t.Word(i))
		}
	case KindExport:
		p.mix2(uint32(t.Word(2).Int()), pjw(t.Word(0).AtomName()), golden)
		p.mix(pjw(t.Word(1).AtomName()), phExport)
	case KindBigPos, KindBigNeg:
		con := uint32(phPosBig)
		if t.Sign() < 0 {
			con = phNegBig
		}
		var z big.Int
		for _, w := range bigWords(viewBig(t, &z)) {
			p.mix2(uint32(w), uint32(w>>32), con)
		}
	case KindFloat:
		u := uint64(t.Word(0))
		if u<<1 == 0 {
			u = 0 // -0.0 is hashed as 0.0
		}
		p.mix2(uint32(u>>32), uint32(u), phFloat)
	case KindRef:
		p.mix2(uint32(t.RefID()), uint32(t.RefID()>>32), phRef)
	default:
		p.bits(t)
	}
}

func (p *phasher) bits(t Term) {
	data, offset, size := t.Bits()
	if offset != 0 {
		data = CopyBits(data, offset, size)
	}
	con := phBits + p.hash
	if size == 0 {
		p.hash = con
		return
	}
	p.hash = jenkinsBytes(data[:size>>3], con)
	if n := size & 7; n != 0 {
		p.mix2(uint32(n), uint32(data[size>>3]>>(8-n)), phTail)
	}
}

func jenkinsBytes(b []byte, seed uint32) uint32 {
	x, y, z := uint32(golden), uint32(golden), seed
	n := uint32(len(b))
	for len(b) >= 12 {
		x += binary.LittleEndian.Uint32(b)
		y += binary.LittleEndian.Uint32(b[4:])
		z += binary.LittleEndian.Uint32(b[8:])
		x, y, z = jenkins(x, y, z)
		b = b[12:]
	}
	z += n
	var last [12]byte
	copy(last[:8], b)
	if len(b) > 8 {
		copy(last[9:], b[8:]) // the lowest byte is the length's
	}
	x += binary.LittleEndian.Uint32(last[:])
	y += binary.LittleEndian.Uint32(last[4:])
	z += binary.LittleEndian.Uint32(last[8:])
	_, _, z = jenkins(x, y, z)
	return z
}
