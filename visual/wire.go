package visual

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
)

// A batch is a row of messages, each its number (one byte) and then its fields
// in the order of the struct:
//
//	unsigned integer   variable-length, seven bits a byte, least significant first
//	signed integer     the same, zigzag
//	float64            eight bytes, little-endian
//	bool, enumeration  one byte
//	string, []byte     unsigned count of bytes, then the bytes (UTF-8)
//	list               unsigned count, then the elements
//	struct             its fields
//
// web/protocol.ts has the same tables and decodes batches in the page.

// Wire encodes and decodes batches made of the messages of its tables.
type Wire struct {
	byType map[reflect.Type]uint8
	byOp   map[uint8]reflect.Type
}

// NewWire makes a Wire for the tables of messages. It panics when two messages
// have the same number.
func NewWire(tables ...[]MessageInfo) *Wire {
	w := &Wire{byType: map[reflect.Type]uint8{}, byOp: map[uint8]reflect.Type{}}
	for _, table := range tables {
		for _, m := range table {
			t := reflect.TypeOf(m.Zero)
			if other, taken := w.byOp[m.Op]; taken {
				panic(fmt.Sprintf("BUG: messages %s and %s have the same number", other, t))
			}
			w.byType[t], w.byOp[m.Op] = m.Op, t
		}
	}
	return w
}

// Append adds a message to a batch. The message must be of a type in the
// tables.
func (w *Wire) Append(to []byte, message any) []byte {
	v := reflect.ValueOf(message)
	op, known := w.byType[v.Type()]
	if !known {
		panic(fmt.Sprintf("BUG: %T is not a message", message))
	}
	return appendValue(append(to, op), v)
}

func appendValue(to []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Uint8:
		return append(to, byte(v.Uint()))
	case reflect.Uint64:
		return binary.AppendUvarint(to, v.Uint())
	case reflect.Int:
		return binary.AppendVarint(to, v.Int())
	case reflect.Float64:
		return binary.LittleEndian.AppendUint64(to, math.Float64bits(v.Float()))
	case reflect.Bool:
		if v.Bool() {
			return append(to, 1)
		}
		return append(to, 0)
	case reflect.String:
		to = binary.AppendUvarint(to, uint64(v.Len()))
		return append(to, v.String()...)
	case reflect.Slice:
		to = binary.AppendUvarint(to, uint64(v.Len()))
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return append(to, v.Bytes()...)
		}
		for i := range v.Len() {
			to = appendValue(to, v.Index(i))
		}
		return to
	case reflect.Struct:
		for i := range v.NumField() {
			to = appendValue(to, v.Field(i))
		}
		return to
	}
	panic("BUG: no wire form for " + v.Type().String())
}

var errTruncated = errors.New("visual: truncated batch")

// Decode returns the messages of a batch.
func (w *Wire) Decode(batch []byte) ([]any, error) {
	var messages []any
	r := wireReader{rest: batch}
	for len(r.rest) > 0 {
		op := r.byte()
		t, known := w.byOp[op]
		if !known {
			return messages, fmt.Errorf("visual: unknown message %d", op)
		}
		v := reflect.New(t).Elem()
		r.value(v)
		if r.failed {
			return messages, errTruncated
		}
		messages = append(messages, v.Interface())
	}
	return messages, nil
}

type wireReader struct {
	rest   []byte
	failed bool
}

func (r *wireReader) byte() byte {
	if len(r.rest) == 0 {
		r.failed = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *wireReader) unsigned() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.failed, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// count reads a count of things that take at least a byte each.
func (r *wireReader) count() int {
	n := r.unsigned()
	if n > uint64(len(r.rest)) {
		r.failed, r.rest = true, nil
		return 0
	}
	return int(n)
}

func (r *wireReader) value(v reflect.Value) {
	if r.failed {
		return
	}
	switch v.Kind() {
	case reflect.Uint8:
		v.SetUint(uint64(r.byte()))
	case reflect.Uint64:
		v.SetUint(r.unsigned())
	case reflect.Int:
		u := r.unsigned()
		v.SetInt(int64(u>>1) ^ -int64(u&1))
	case reflect.Float64:
		if len(r.rest) < 8 {
			r.failed, r.rest = true, nil
			return
		}
		v.SetFloat(math.Float64frombits(binary.LittleEndian.Uint64(r.rest)))
		r.rest = r.rest[8:]
	case reflect.Bool:
		v.SetBool(r.byte() != 0)
	case reflect.String:
		n := r.count()
		v.SetString(string(r.rest[:n]))
		r.rest = r.rest[n:]
	case reflect.Slice:
		n := r.count()
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if n > 0 {
				v.SetBytes(append([]byte(nil), r.rest[:n]...))
			}
			r.rest = r.rest[n:]
			return
		}
		if n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range n {
			r.value(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			r.value(v.Field(i))
		}
	default:
		panic("BUG: no wire form for " + v.Type().String())
	}
}
