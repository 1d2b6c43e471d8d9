package term

import "unsafe"

// At returns the word off bytes from an address: a register of the frame
// there, named as in an instruction.
func At(a Addr, off int16) *Term { return (*Term)(unsafe.Add(unsafe.Add(nil, a), int(off))) }

// Pair returns the two words at an address: a list cell to be filled in.
func Pair(a Addr) *[2]Term { return (*[2]Term)(unsafe.Add(nil, a)) }
