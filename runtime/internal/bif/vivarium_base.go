package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The leaf functions of Elixir's Base. Encoding takes the bytes and, but for
// base 16, whether to pad; decoding returns {:ok, bytes}, :error when the
// length or the padding is wrong, {:error, byte} for a character out of place.
var baseBuiltins = []vm.Builtin{
	{Module: "vivarium_base", Name: "encode16", Arity: 2, Fn: encodeBase(4, base16)},
	{Module: "vivarium_base", Name: "encode32", Arity: 3, Fn: encodeBase(5, base32)},
	{Module: "vivarium_base", Name: "encode32hex", Arity: 3, Fn: encodeBase(5, base32hex)},
	{Module: "vivarium_base", Name: "encode64", Arity: 2, Fn: encodeBase(6, base64)},
	{Module: "vivarium_base", Name: "encode_url64", Arity: 2, Fn: encodeBase(6, baseURL64)},
	{Module: "vivarium_base", Name: "decode16", Arity: 2, Fn: decodeBase(4, base16)},
	{Module: "vivarium_base", Name: "decode32", Arity: 4, Fn: decodeBase(5, base32)},
	{Module: "vivarium_base", Name: "decode32hex", Arity: 4, Fn: decodeBase(5, base32hex)},
	{Module: "vivarium_base", Name: "decode64", Arity: 3, Fn: decodeBase(6, base64)},
	{Module: "vivarium_base", Name: "decode_url64", Arity: 3, Fn: decodeBase(6, baseURL64)},
}

// Alphabets, after RFC 4648.
const (
	base16    = "0123456789ABCDEF"
	base32    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	base32hex = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
	base64    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	baseURL64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
)

// groupSize is how many characters of so many bits make whole bytes.
func groupSize(bits int) int {
	switch bits {
	case 4:
		return 2
	case 5:
		return 8
	}
	return 4
}

// baseCase reads the last argument, the case of the letters, of bases that do
// not tell cases apart.
func baseCase(bits int, args []term.Term) term.Term {
	if bits == 6 {
		return atomUpper
	}
	return args[len(args)-1]
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func encodeBase(bits int, alphabet string) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		b, ok := args[0].BinaryBytes()
		lower := baseCase(bits, args) == atomLower
		if !ok || !lower && baseCase(bits, args) != atomUpper || bits > 4 && !isBoolean(args[1]) {
			return noClause(c)
		}
		n := (len(b)*8 + bits - 1) / bits
		size := n
		if g := groupSize(bits); bits > 4 && args[1] == term.True {
			size = (n + g - 1) / g * g
		}
		if !c.MemoryLeft(size) {
			return c.SystemLimit()
		}
		chargeBytes(c, size)
		t, out := c.NewBits(size * 8)
		word, have, at := uint(0), 0, 0
		put := func() {
			x := alphabet[word>>max(have-bits, 0)<<max(bits-have, 0)&(1<<bits-1)]
			if lower {
				x = lowerASCII(x)
			}
			out[at] = x
			at++
			have -= bits
		}
		for _, x := range b {
			word, have = word<<8&0xffff|uint(x), have+8
			for have >= bits {
				put()
			}
		}
		if have > 0 {
			put()
		}
		for ; at < size; at++ {
			out[at] = '='
		}
		return t
	}
}

func decodeBase(bits int, alphabet string) func(*vm.Context, []term.Term) term.Term {
	var exact, folded [256]int8
	for i := range exact {
		exact[i], folded[i] = -1, -1
	}
	for i := 0; i < len(alphabet); i++ {
		exact[alphabet[i]] = int8(i)
		folded[lowerASCII(alphabet[i])] = int8(i)
	}
	group := groupSize(bits)
	return func(c *vm.Context, args []term.Term) term.Term {
		b, ok := args[0].BinaryBytes()
		how := baseCase(bits, args)
		if !ok || how != atomUpper && how != atomLower && how != atomMixed {
			return noClause(c)
		}
		chargeBytes(c, len(b))
		value := func(x byte) int8 {
			if how != atomLower {
				if v := exact[x]; v >= 0 {
					return v
				}
			}
			if how != atomUpper {
				return folded[x]
			}
			return -1
		}
		padded := bits == 4
		if bits > 4 {
			padded = args[1] == term.True
			if args[2] == term.True {
				b = withoutSpaces(b)
			}
		}
		if incomplete := len(b) % group; padded && incomplete != 0 {
			for _, x := range b[:len(b)-incomplete] {
				if value(x) < 0 {
					return pair(c, term.AtomError, term.Int(int64(x)))
				}
			}
			return term.AtomError
		}
		out := make([]byte, 0, len(b)*bits/8)
		word, have, n := uint(0), 0, 0
		for i, x := range b {
			v := value(x)
			if v < 0 {
				if x == '=' && bits > 4 && isPadding(b[i:], i%group, group, bits) {
					break
				}
				return pair(c, term.AtomError, term.Int(int64(x)))
			}
			n++
			word, have = word<<bits&0xffff|uint(v), have+bits
			if have >= 8 {
				have -= 8
				out = append(out, byte(word>>have))
			}
		}
		if used := n % group; used != 0 && !wholeBytes(used, bits) {
			return term.AtomError
		}
		return pair(c, term.AtomOk, c.Binary(out))
	}
}

// wholeBytes reports whether so many characters at the end of the data can
// come from whole bytes.
func wholeBytes(n, bits int) bool { return n*bits%8 < bits }

// isPadding reports whether rest is the padding of a group of which so many
// characters are there.
func isPadding(rest []byte, used, group, bits int) bool {
	if used == 0 || !wholeBytes(used, bits) || len(rest) != group-used {
		return false
	}
	for _, x := range rest {
		if x != '=' {
			return false
		}
	}
	return true
}

func withoutSpaces(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for _, x := range b {
		if x != ' ' && x != '\t' && x != '\r' && x != '\n' {
			out = append(out, x)
		}
	}
	return out
}
