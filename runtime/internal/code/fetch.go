package code

import "unsafe"

// Instr is an instruction as it lies in memory.
type Instr struct {
	Op      Op
	A, B, C int16
}

// Long returns the 32-bit number in the b and c fields.
func (in *Instr) Long() int32 { return *(*int32)(unsafe.Pointer(&in.B)) }

// Fetch returns the instruction at an address.
func Fetch(ip uintptr) *Instr { return (*Instr)(unsafe.Add(nil, ip)) }

// Address returns the address of word i of code.
func Address(words []uint64, i int) uintptr {
	return uintptr(unsafe.Pointer(unsafe.SliceData(words))) + uintptr(i)*8
}
