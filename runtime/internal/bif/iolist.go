package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// ioBytes returns the bytes of iodata: a binary, or a list of bytes, binaries
// and such lists, however deep. The bytes may be those of the binary: they are
// only to be read. ok is false for anything else.
func ioBytes(c *vm.Context, t term.Term) (b []byte, ok bool) {
	if b, ok := t.BinaryBytes(); ok {
		return b, true
	}
	if !t.IsList() {
		return nil, false
	}
	ok = eachIO(t, func(x byte) { b = append(b, x) }, func(part term.Term) bool {
		data, ok := part.BinaryBytes()
		b = append(b, data...)
		return ok
	})
	chargeBytes(c, len(b))
	return b, ok
}

// eachIO goes through an iolist from left to right.
func eachIO(t term.Term, one func(byte), many func(term.Term) bool) bool {
	var stack []term.Term
	for {
		switch {
		case t.IsCons():
			head := t.Head()
			switch {
			case head.IsInt():
				if head > term.Int(255) {
					return false
				}
				one(byte(head.Int()))
				t = t.Tail()
				if !t.IsInt() {
					continue
				}
				return false
			case head.IsBits():
				if !many(head) {
					return false
				}
				t = t.Tail()
				if !t.IsInt() {
					continue
				}
				return false
			default:
				stack = append(stack, t.Tail())
				t = head
				if !t.IsList() {
					return false
				}
				continue
			}
		case t == term.Nil:
		case t.IsBits():
			if !many(t) {
				return false
			}
		default:
			return false
		}
		if len(stack) == 0 {
			return true
		}
		t = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
	}
}
