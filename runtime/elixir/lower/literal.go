package lower

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"vivarium/runtime/internal/term"

	"vivarium/runtime/elixir/quoted"
)

// Tags of Erlang's external term format: OTP's "External Term Format" page.
const (
	etfVersion     = 131
	etfFloat       = 70
	etfBitBinary   = 77
	etfSmallInt    = 97
	etfInt         = 98
	etfSmallTuple  = 104
	etfLargeTuple  = 105
	etfNil         = 106
	etfString      = 107
	etfList        = 108
	etfBinary      = 109
	etfSmallBig    = 110
	etfLargeBig    = 111
	etfExport      = 113
	etfMap         = 116
	etfAtom        = 118
	etfSmallAtom   = 119
	maxSmallTuple  = 255
	maxETFString   = 65535
	maxSmallAtom   = 255
	maxSmallBigLen = 255
)

// exportFun is the literal &Module.name/arity; only this package makes it.
type exportFun struct {
	quoted.Expr
	module, name quoted.Atom
	arity        int
}

// EncodeLiteral returns a quoted constant in the external term format, with
// its leading version byte. Maps are written in the order of their encoded
// keys, so equal terms have equal encodings.
func EncodeLiteral(e quoted.Expr) ([]byte, error) {
	return appendLiteral([]byte{etfVersion}, e)
}

func appendLiteral(b []byte, e quoted.Expr) ([]byte, error) {
	switch e := e.(type) {
	case quoted.Atom:
		return appendAtom(b, string(e))
	case quoted.Int:
		return appendInt(b, int64(e)), nil
	case *quoted.Big:
		return appendBig(b, &e.Int), nil
	case quoted.Float:
		return binary.BigEndian.AppendUint64(append(b, etfFloat), math.Float64bits(float64(e))), nil
	case quoted.Str:
		b = binary.BigEndian.AppendUint32(append(b, etfBinary), uint32(len(e)))
		return append(b, e...), nil
	case *quoted.Bits:
		return appendBits(b, e), nil
	case quoted.List:
		return appendList(b, e, nil)
	case *quoted.Cons:
		return appendList(b, e.Elems, e.Tail)
	case quoted.Tuple:
		return appendTuple(b, e...)
	case *quoted.Map:
		return appendMap(b, e.Pairs)
	case *quoted.Node:
		meta := make(quoted.List, len(e.Meta))
		for i, m := range e.Meta {
			meta[i] = quoted.Tuple{m.Key, m.Value}
		}
		return appendTuple(b, e.Head, meta, e.Args)
	case *exportFun:
		b, err := appendAtom(append(b, etfExport), string(e.module))
		if err != nil {
			return nil, err
		}
		if b, err = appendAtom(b, string(e.name)); err != nil {
			return nil, err
		}
		return appendInt(b, int64(e.arity)), nil
	case *quoted.Opaque:
		return append(b, term.EncodeETF(term.Term(e.Term), false)[1:]...), nil
	}
	return nil, fmt.Errorf("not a literal: %T", e)
}

func appendAtom(b []byte, name string) ([]byte, error) {
	switch {
	case len(name) <= maxSmallAtom:
		b = append(b, etfSmallAtom, byte(len(name)))
	case len(name) <= math.MaxUint16:
		b = binary.BigEndian.AppendUint16(append(b, etfAtom), uint16(len(name)))
	default:
		return nil, fmt.Errorf("an atom of %d bytes is too long", len(name))
	}
	return append(b, name...), nil
}

func appendInt(b []byte, i int64) []byte {
	switch {
	case 0 <= i && i <= 255:
		return append(b, etfSmallInt, byte(i))
	case math.MinInt32 <= i && i <= math.MaxInt32:
		return binary.BigEndian.AppendUint32(append(b, etfInt), uint32(int32(i)))
	}
	sign, u := byte(0), uint64(i)
	if i < 0 {
		sign, u = 1, -u
	}
	n := 0
	for v := u; v != 0; v >>= 8 {
		n++
	}
	b = append(b, etfSmallBig, byte(n), sign)
	for ; n > 0; n-- {
		b = append(b, byte(u))
		u >>= 8
	}
	return b
}

func appendBig(b []byte, i *big.Int) []byte {
	if i.IsInt64() {
		return appendInt(b, i.Int64())
	}
	sign := byte(0)
	if i.Sign() < 0 {
		sign = 1
	}
	bytes := i.Bytes()
	slices.Reverse(bytes)
	if len(bytes) <= maxSmallBigLen {
		b = append(b, etfSmallBig, byte(len(bytes)), sign)
	} else {
		b = append(binary.BigEndian.AppendUint32(append(b, etfLargeBig), uint32(len(bytes))), sign)
	}
	return append(b, bytes...)
}

func appendBits(b []byte, e *quoted.Bits) []byte {
	n, rest := (e.Size+7)/8, e.Size%8
	if rest == 0 {
		b = binary.BigEndian.AppendUint32(append(b, etfBinary), uint32(n))
		return append(b, e.Data[:n]...)
	}
	b = append(binary.BigEndian.AppendUint32(append(b, etfBitBinary), uint32(n)), byte(rest))
	b = append(b, e.Data[:n]...)
	b[len(b)-1] &= byte(0xff << (8 - rest))
	return b
}

func appendList(b []byte, elems []quoted.Expr, tail quoted.Expr) ([]byte, error) {
	if len(elems) == 0 && tail == nil {
		return append(b, etfNil), nil
	}
	if tail == nil && len(elems) <= maxETFString && allBytes(elems) {
		b = binary.BigEndian.AppendUint16(append(b, etfString), uint16(len(elems)))
		for _, x := range elems {
			b = append(b, byte(x.(quoted.Int)))
		}
		return b, nil
	}
	b = binary.BigEndian.AppendUint32(append(b, etfList), uint32(len(elems)))
	var err error
	for _, x := range elems {
		if b, err = appendLiteral(b, x); err != nil {
			return nil, err
		}
	}
	if tail == nil {
		return append(b, etfNil), nil
	}
	return appendLiteral(b, tail)
}

func allBytes(elems []quoted.Expr) bool {
	for _, x := range elems {
		if i, ok := x.(quoted.Int); !ok || i < 0 || i > 255 {
			return false
		}
	}
	return true
}

func appendTuple(b []byte, elems ...quoted.Expr) ([]byte, error) {
	if len(elems) <= maxSmallTuple {
		b = append(b, etfSmallTuple, byte(len(elems)))
	} else {
		b = binary.BigEndian.AppendUint32(append(b, etfLargeTuple), uint32(len(elems)))
	}
	var err error
	for _, x := range elems {
		if b, err = appendLiteral(b, x); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// appendMap writes the pairs; of equal keys the last one counts.
func appendMap(b []byte, pairs []quoted.Pair) ([]byte, error) {
	type entry struct {
		key   string
		value quoted.Expr
	}
	entries := make([]entry, 0, len(pairs))
	index := make(map[string]int, len(pairs))
	for _, p := range pairs {
		key, err := appendLiteral(nil, p.Key)
		if err != nil {
			return nil, err
		}
		if i, ok := index[string(key)]; ok {
			entries[i].value = p.Value
			continue
		}
		index[string(key)] = len(entries)
		entries = append(entries, entry{string(key), p.Value})
	}
	slices.SortFunc(entries, func(x, y entry) int {
		if x.key < y.key {
			return -1
		}
		return 1
	})
	b = binary.BigEndian.AppendUint32(append(b, etfMap), uint32(len(entries)))
	var err error
	for _, e := range entries {
		b = append(b, e.key...)
		if b, err = appendLiteral(b, e.value); err != nil {
			return nil, err
		}
	}
	return b, nil
}
