package bif

import (
	"unicode/utf8"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The reading of JSON texts (RFC 8259) into terms, for Elixir's JSON and OTP's
// json as long as nobody asks for decoders of their own.
var jsonBuiltins = []vm.Builtin{
	{Module: "vivarium_json", Name: "decode", Arity: 2, Fn: jsonDecode},
}

// jsonDepth is how deep values may lie in one another here. What is deeper is
// read in Elixir.
const jsonDepth = 500

var atomIrregular = term.Atom("irregular")

// jsonDecode is decode(text, null): {value, size of what was read}, or
// :irregular for a text that is not one of JSON, or is too deep; the caller
// finds out what is wrong with it.
func jsonDecode(c *vm.Context, args []term.Term) term.Term {
	text, ok := args[0].BinaryBytes()
	if !ok {
		return c.BadArg()
	}
	if !c.MemoryLeft(8 * len(text)) {
		return c.SystemLimit()
	}
	chargeBytes(c, 8*len(text))
	d := jsonDecoder{c: c, text: text, null: args[1], keys: map[string]term.Term{}}
	d.space()
	value, ok := d.value(0)
	if !ok {
		return atomIrregular
	}
	return term.Tuple(c, value, term.Int(int64(d.at)))
}

type jsonDecoder struct {
	c       *vm.Context
	text    []byte
	at      int
	null    term.Term
	keys    map[string]term.Term // the keys met so far: objects of one kind share theirs
	stack   []term.Term          // of the values of unfinished arrays and objects
	scratch []byte
}

func (d *jsonDecoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// next reads a byte after white space; 0 at the end.
func (d *jsonDecoder) next() byte {
	d.space()
	if d.at == len(d.text) {
		return 0
	}
	d.at++
	return d.text[d.at-1]
}

func (d *jsonDecoder) word(word string, value term.Term) (term.Term, bool) {
	if len(d.text)-d.at < len(word) || string(d.text[d.at:d.at+len(word)]) != word {
		return 0, false
	}
	d.at += len(word)
	return value, true
}

func (d *jsonDecoder) value(depth int) (term.Term, bool) {
	if d.at == len(d.text) || depth > jsonDepth {
		return 0, false
	}
	switch b := d.text[d.at]; {
	case b == '"':
		d.at++
		s, ok := d.string()
		if !ok {
			return 0, false
		}
		return d.c.Binary(s), true
	case b == '{':
		d.at++
		return d.object(depth)
	case b == '[':
		d.at++
		return d.array(depth)
	case b == 't':
		return d.word("true", term.True)
	case b == 'f':
		return d.word("false", term.False)
	case b == 'n':
		return d.word("null", d.null)
	case b == '-' || b >= '0' && b <= '9':
		return d.number()
	}
	return 0, false
}

func (d *jsonDecoder) array(depth int) (term.Term, bool) {
	base := len(d.stack)
	if d.space(); d.at < len(d.text) && d.text[d.at] == ']' {
		d.at++
		return term.Nil, true
	}
	for {
		d.space()
		v, ok := d.value(depth + 1)
		if !ok {
			return 0, false
		}
		d.stack = append(d.stack, v)
		switch d.next() {
		case ',':
		case ']':
			list := term.List(d.c, d.stack[base:]...)
			d.stack = d.stack[:base]
			return list, true
		default:
			return 0, false
		}
	}
}

func (d *jsonDecoder) object(depth int) (term.Term, bool) {
	base := len(d.stack)
	if d.space(); d.at < len(d.text) && d.text[d.at] == '}' {
		d.at++
		return term.EmptyMap(d.c), true
	}
	for {
		if d.next() != '"' {
			return 0, false
		}
		text, ok := d.string()
		if !ok {
			return 0, false
		}
		key, known := d.keys[string(text)]
		if !known {
			key = d.c.Binary(text)
			d.keys[string(text)] = key
		}
		if d.next() != ':' {
			return 0, false
		}
		d.space()
		v, ok := d.value(depth + 1)
		if !ok {
			return 0, false
		}
		d.stack = append(d.stack, key, v)
		switch d.next() {
		case ',':
		case '}':
			return d.finish(base), true
		default:
			return 0, false
		}
	}
}

// finish makes the object of the keys and values above base. Of equal keys the
// first one counts, as in OTP.
func (d *jsonDecoder) finish(base int) term.Term {
	pairs := d.stack[base:]
	for i, j := 0, len(pairs)-2; i < j; i, j = i+2, j-2 {
		pairs[i], pairs[i+1], pairs[j], pairs[j+1] = pairs[j], pairs[j+1], pairs[i], pairs[i+1]
	}
	m := term.MapFromPairs(d.c, pairs)
	d.stack = d.stack[:base]
	return m
}

// string reads the rest of a string. The bytes are good until the next call.
func (d *jsonDecoder) string() ([]byte, bool) {
	start := d.at
	for d.at < len(d.text) {
		switch b := d.text[d.at]; {
		case b == '"':
			d.at++
			return d.text[start : d.at-1], true
		case b == '\\':
			return d.escaped(start)
		case b < ' ':
			return nil, false
		case b < utf8.RuneSelf:
			d.at++
		default:
			_, n := utf8.DecodeRune(d.text[d.at:])
			if n == 1 {
				return nil, false
			}
			d.at += n
		}
	}
	return nil, false
}

// escaped goes on reading a string with an escape in it.
func (d *jsonDecoder) escaped(start int) ([]byte, bool) {
	out := append(d.scratch[:0], d.text[start:d.at]...)
	for d.at < len(d.text) {
		b := d.text[d.at]
		switch {
		case b == '"':
			d.at++
			d.scratch = out
			return out, true
		case b == '\\':
			if d.at+1 == len(d.text) {
				return nil, false
			}
			d.at += 2
			switch d.text[d.at-1] {
			case 'b':
				out = append(out, '\b')
			case 'f':
				out = append(out, '\f')
			case 'n':
				out = append(out, '\n')
			case 'r':
				out = append(out, '\r')
			case 't':
				out = append(out, '\t')
			case '"', '\\', '/':
				out = append(out, d.text[d.at-1])
			case 'u':
				r, ok := d.codepoint()
				if !ok {
					return nil, false
				}
				out = utf8.AppendRune(out, r)
			default:
				return nil, false
			}
		case b < ' ':
			return nil, false
		case b < utf8.RuneSelf:
			out = append(out, b)
			d.at++
		default:
			_, n := utf8.DecodeRune(d.text[d.at:])
			if n == 1 {
				return nil, false
			}
			out = append(out, d.text[d.at:d.at+n]...)
			d.at += n
		}
	}
	return nil, false
}

// codepoint reads what follows \u: a code point, or both halves of one.
func (d *jsonDecoder) codepoint() (rune, bool) {
	high, ok := d.hex()
	if !ok || high < 0xD800 || high > 0xDFFF {
		return high, ok
	}
	if high > 0xDBFF || len(d.text)-d.at < 2 || d.text[d.at] != '\\' || d.text[d.at+1] != 'u' {
		return 0, false
	}
	d.at += 2
	low, ok := d.hex()
	if !ok || low < 0xDC00 || low > 0xDFFF {
		return 0, false
	}
	return 0x10000 + (high-0xD800)<<10 + (low - 0xDC00), true
}

func (d *jsonDecoder) hex() (r rune, ok bool) {
	if len(d.text)-d.at < 4 {
		return 0, false
	}
	for _, b := range d.text[d.at : d.at+4] {
		switch {
		case b >= '0' && b <= '9':
			r = r<<4 | rune(b-'0')
		case b >= 'a' && b <= 'f':
			r = r<<4 | rune(b-'a'+10)
		case b >= 'A' && b <= 'F':
			r = r<<4 | rune(b-'A'+10)
		default:
			return 0, false
		}
	}
	d.at += 4
	return r, true
}

func (d *jsonDecoder) digits() (n int) {
	for d.at < len(d.text) && d.text[d.at] >= '0' && d.text[d.at] <= '9' {
		d.at++
		n++
	}
	return n
}

func (d *jsonDecoder) number() (term.Term, bool) {
	start := d.at
	if d.text[d.at] == '-' {
		d.at++
	}
	first := d.at
	if d.digits() == 0 {
		return 0, false
	}
	if d.text[first] == '0' {
		d.at = first + 1 // what follows is no part of the number
	}
	whole := d.at
	fraction, exponent := false, false
	if d.at < len(d.text) && d.text[d.at] == '.' {
		d.at++
		if fraction = true; d.digits() == 0 {
			return 0, false
		}
	}
	if d.at < len(d.text) && d.text[d.at]|0x20 == 'e' {
		d.at++
		if d.at < len(d.text) && (d.text[d.at] == '+' || d.text[d.at] == '-') {
			d.at++
		}
		if exponent = true; d.digits() == 0 {
			return 0, false
		}
	}
	switch {
	case fraction:
		return d.float(string(d.text[start:d.at]))
	case exponent:
		return d.float(string(d.text[start:whole]) + ".0" + string(d.text[whole:d.at]))
	case whole-first <= 18:
		var n int64
		for _, b := range d.text[first:whole] {
			n = n*10 + int64(b-'0')
		}
		if first > start {
			n = -n
		}
		return term.MakeInt(d.c, n), true
	}
	chargeBytes(d.c, (whole-first)*(whole-first)/16)
	return term.ParseInteger(d.c, string(d.text[start:whole]), 10)
}

func (d *jsonDecoder) float(text string) (term.Term, bool) {
	f, ok := term.ParseFloat(text)
	if !ok {
		return 0, false
	}
	return term.Float(d.c, f), true
}
