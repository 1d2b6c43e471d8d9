package bif

import (
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

var unicodeBuiltins = []vm.Builtin{
	{Module: "unicode", Name: "bom_to_encoding", Arity: 1, Fn: unicodeBOMToEncoding},
	{Module: "unicode", Name: "encoding_to_bom", Arity: 1, Fn: unicodeEncodingToBOM},
	{Module: "unicode", Name: "characters_to_binary", Arity: 1, Fn: unicodeToBinary},
	{Module: "unicode", Name: "characters_to_binary", Arity: 2, Fn: unicodeToBinary},
	{Module: "unicode", Name: "characters_to_binary", Arity: 3, Fn: unicodeToBinary},
	{Module: "unicode", Name: "characters_to_list", Arity: 1, Fn: unicodeToList},
	{Module: "unicode", Name: "characters_to_list", Arity: 2, Fn: unicodeToList},
	{Module: "unicode", Name: "characters_to_nfc_binary", Arity: 1, Fn: normalizeTo(norm.NFC, false)},
	{Module: "unicode", Name: "characters_to_nfd_binary", Arity: 1, Fn: normalizeTo(norm.NFD, false)},
	{Module: "unicode", Name: "characters_to_nfkc_binary", Arity: 1, Fn: normalizeTo(norm.NFKC, false)},
	{Module: "unicode", Name: "characters_to_nfkd_binary", Arity: 1, Fn: normalizeTo(norm.NFKD, false)},
	{Module: "unicode", Name: "characters_to_nfc_list", Arity: 1, Fn: normalizeTo(norm.NFC, true)},
	{Module: "unicode", Name: "characters_to_nfd_list", Arity: 1, Fn: normalizeTo(norm.NFD, true)},
	{Module: "unicode", Name: "characters_to_nfkc_list", Arity: 1, Fn: normalizeTo(norm.NFKC, true)},
	{Module: "unicode", Name: "characters_to_nfkd_list", Arity: 1, Fn: normalizeTo(norm.NFKD, true)},
}

// encoding is an encoding of characters as bytes.
type encoding struct {
	width  int // 1 for latin1, 8 for utf8, 16, 32
	little bool
}

var utf8Encoding = encoding{width: 8}

func readEncoding(t term.Term) (encoding, bool) {
	switch t {
	case atomUTF8, atomUnicode:
		return utf8Encoding, true
	case atomLatin1:
		return encoding{width: 1}, true
	case atomUTF16:
		return encoding{width: 16}, true
	case atomUTF32:
		return encoding{width: 32}, true
	}
	if !t.IsTuple() || t.TupleSize() != 2 || t.Word(1) != atomBig && t.Word(1) != atomLittle {
		return encoding{}, false
	}
	little := t.Word(1) == atomLittle
	switch t.Word(0) {
	case atomUTF16:
		return encoding{16, little}, true
	case atomUTF32:
		return encoding{32, little}, true
	}
	return encoding{}, false
}

func (e encoding) order() binary.ByteOrder {
	if e.little {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

// decoded is what stands at the beginning of some bytes.
type decoded uint8

const (
	decodedOne     decoded = iota // a character
	decodedPartial                // the beginning of one
	decodedInvalid
)

// first reads the first character of bytes that are not empty.
func (e encoding) first(b []byte) (r rune, n int, what decoded) {
	switch e.width {
	case 1:
		return rune(b[0]), 1, decodedOne
	case 8:
		if b[0] < utf8.RuneSelf {
			return rune(b[0]), 1, decodedOne
		}
		r, n = utf8.DecodeRune(b)
		switch {
		case r != utf8.RuneError || n > 1:
			return r, n, decodedOne
		case len(b) < utf8.UTFMax && !utf8.FullRune(b):
			return 0, 0, decodedPartial
		}
		return 0, 0, decodedInvalid
	case 16:
		if len(b) < 2 {
			return 0, 0, decodedPartial
		}
		u := rune(e.order().Uint16(b))
		switch {
		case u < 0xd800 || u > 0xdfff:
			return u, 2, decodedOne
		case u > 0xdbff:
			return 0, 0, decodedInvalid
		case len(b) < 4:
			return 0, 0, decodedPartial
		}
		v := rune(e.order().Uint16(b[2:]))
		if v < 0xdc00 || v > 0xdfff {
			return 0, 0, decodedInvalid
		}
		return (u-0xd800)<<10 + (v - 0xdc00) + 0x10000, 4, decodedOne
	}
	if len(b) < 4 {
		return 0, 0, decodedPartial
	}
	u := e.order().Uint32(b)
	if u > utf8.MaxRune || u >= 0xd800 && u <= 0xdfff {
		return 0, 0, decodedInvalid
	}
	return rune(u), 4, decodedOne
}

// append writes a character; ok is false when the encoding has none such.
func (e encoding) append(b []byte, r rune) (out []byte, ok bool) {
	switch e.width {
	case 1:
		return append(b, byte(r)), r <= 255
	case 8:
		return utf8.AppendRune(b, r), true
	case 16:
		if r >= 0x10000 {
			r -= 0x10000
			b = e.put16(b, 0xd800+r>>10)
			return e.put16(b, 0xdc00+r&0x3ff), true
		}
		return e.put16(b, r), true
	}
	if e.little {
		return binary.LittleEndian.AppendUint32(b, uint32(r)), true
	}
	return binary.BigEndian.AppendUint32(b, uint32(r)), true
}

func (e encoding) put16(b []byte, r rune) []byte {
	if e.little {
		return binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return binary.BigEndian.AppendUint16(b, uint16(r))
}

// chardata reads characters out of binaries, and lists of characters,
// binaries and such lists.
type chardata struct {
	c       *vm.Context
	in      encoding
	emit    func(r rune) bool // false: the character cannot be taken
	pending []byte            // the beginning of a character at the end of a binary
	tails   []term.Term       // of the lists around
	status  term.Term         // ok, error or incomplete
	rest    term.Term         // what could not be read
}

// read goes through the data; ok is false when it is no chardata at all.
func (d *chardata) read(t term.Term) (ok bool) {
	d.status = term.AtomOk
	for {
		switch {
		case t.IsCons():
			head, tail := t.Head(), t.Tail()
			switch {
			case head.IsInteger():
				r, ok := character(head)
				if len(d.pending) > 0 || !ok || d.in.width == 1 && r > 255 || !d.emit(r) {
					d.fail(t)
					return true
				}
				t = tail
			case head.IsBits():
				if !head.IsBinary() {
					return false
				}
				if rest, ok := d.bytes(head); !ok {
					d.fail(term.Cons(d.c, rest, tail))
					return true
				}
				t = tail
			case head.IsList():
				d.tails = append(d.tails, tail)
				t = head
				continue
			default:
				return false
			}
			if !t.IsList() && !t.IsBinary() {
				return false
			}
			continue
		case t == term.Nil:
		case t.IsBinary():
			if rest, ok := d.bytes(t); !ok {
				d.fail(rest)
				return true
			}
		default:
			return false
		}
		if len(d.tails) == 0 {
			if len(d.pending) > 0 {
				d.status, d.rest = atomIncomplete, d.c.Binary(d.pending)
			}
			return true
		}
		t = d.tails[len(d.tails)-1]
		d.tails = d.tails[:len(d.tails)-1]
	}
}

// fail notes what is left: a term, then the tails of the lists around it.
func (d *chardata) fail(rest term.Term) {
	for i := len(d.tails) - 1; i >= 0; i-- {
		rest = term.Cons(d.c, rest, d.tails[i])
	}
	if len(d.pending) > 0 {
		rest = term.List(d.c, d.c.Binary(d.pending), rest)
	}
	d.status, d.rest = term.AtomError, rest
}

// bytes reads a binary; when something in it is wrong it returns the rest.
func (d *chardata) bytes(t term.Term) (rest term.Term, ok bool) {
	b, _ := t.BinaryBytes()
	chargeBytes(d.c, 4*len(b))
	joined := len(d.pending) > 0
	whole := b
	if joined {
		whole = append(append([]byte(nil), d.pending...), b...)
	}
	i := 0
	for i < len(whole) {
		r, n, what := d.in.first(whole[i:])
		switch {
		case what == decodedPartial:
			d.pending = append([]byte(nil), whole[i:]...)
			return term.None, true
		case what == decodedInvalid || !d.emit(r):
			if i < len(d.pending) {
				return t, false
			}
			d.pending = nil
			from := i - (len(whole) - len(b))
			return subBinary(d.c, t, from, len(b)-from), false
		}
		i += n
		if i >= len(d.pending) {
			// The beginning is used up: from here on whole and b agree.
			whole, i = whole[i:], 0
			d.pending = nil
		}
	}
	d.pending = nil
	return term.None, true
}

func unicodeToBinary(c *vm.Context, args []term.Term) term.Term {
	in, out := utf8Encoding, utf8Encoding
	var ok bool
	if len(args) > 1 {
		if in, ok = readEncoding(args[1]); !ok {
			return c.BadArg()
		}
	}
	if len(args) > 2 {
		if out, ok = readEncoding(args[2]); !ok {
			return c.BadArg()
		}
	}
	if in == utf8Encoding && out == utf8Encoding {
		if b, ok := args[0].BinaryBytes(); ok && utf8.Valid(b) {
			chargeBytes(c, len(b))
			return args[0]
		}
	}
	var buf []byte
	d := chardata{c: c, in: in}
	d.emit = func(r rune) bool {
		n, ok := out.append(buf, r)
		if ok {
			buf = n
		}
		return ok
	}
	if !d.read(args[0]) {
		return c.BadArg()
	}
	if !c.MemoryLeft(len(buf)) {
		return c.SystemLimit()
	}
	return d.result(c.Binary(buf))
}

func (d *chardata) result(done term.Term) term.Term {
	if d.status == term.AtomOk {
		return done
	}
	return term.Tuple(d.c, d.status, done, d.rest)
}

func unicodeToList(c *vm.Context, args []term.Term) term.Term {
	in := utf8Encoding
	if len(args) > 1 {
		var ok bool
		if in, ok = readEncoding(args[1]); !ok {
			return c.BadArg()
		}
	}
	l := newList(c)
	d := chardata{c: c, in: in, emit: func(r rune) bool {
		l.add(term.Int(int64(r)))
		return true
	}}
	if !d.read(args[0]) {
		return c.BadArg()
	}
	return d.result(l.list())
}

// normalizeTo is characters_to_nfc_binary and its like.
func normalizeTo(form norm.Form, list bool) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		var buf []byte
		d := chardata{c: c, in: utf8Encoding, emit: func(r rune) bool {
			buf = utf8.AppendRune(buf, r)
			return true
		}}
		if !d.read(args[0]) {
			return c.BadArg()
		}
		buf = form.Bytes(buf)
		chargeBytes(c, 8*len(buf))
		if d.status == atomIncomplete {
			d.status = term.AtomError
		}
		if list {
			return d.result(stringList(c, string(buf), term.Nil))
		}
		return d.result(c.Binary(buf))
	}
}

var byteOrderMarks = []struct {
	bytes    string
	encoding func(c *vm.Context) term.Term
}{
	{"\xef\xbb\xbf", func(*vm.Context) term.Term { return atomUTF8 }},
	{"\x00\x00\xfe\xff", func(c *vm.Context) term.Term { return pair(c, atomUTF32, atomBig) }},
	{"\xff\xfe\x00\x00", func(c *vm.Context) term.Term { return pair(c, atomUTF32, atomLittle) }},
	{"\xfe\xff", func(c *vm.Context) term.Term { return pair(c, atomUTF16, atomBig) }},
	{"\xff\xfe", func(c *vm.Context) term.Term { return pair(c, atomUTF16, atomLittle) }},
}

func unicodeBOMToEncoding(c *vm.Context, args []term.Term) term.Term {
	b, ok := args[0].BinaryBytes()
	if !ok {
		return c.Error(term.AtomFunctionClause)
	}
	for _, m := range byteOrderMarks {
		if len(b) >= len(m.bytes) && string(b[:len(m.bytes)]) == m.bytes {
			return pair(c, m.encoding(c), term.Int(int64(len(m.bytes))))
		}
	}
	return pair(c, atomLatin1, term.Int(0))
}

func unicodeEncodingToBOM(c *vm.Context, args []term.Term) term.Term {
	e, ok := readEncoding(args[0])
	if !ok {
		return c.BadArg()
	}
	if e.width == 1 {
		return c.String("")
	}
	b, _ := e.append(nil, 0xfeff)
	return c.Binary(b)
}
