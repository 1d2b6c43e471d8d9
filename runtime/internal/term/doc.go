// Package term holds the machine's data: 64-bit tagged words, atoms, and the
// boxed objects that words point to.
//
// # Words
//
// The low three bits of a word say what it is:
//
//	000  small integer, 61 bits; also how a raw, 8-aligned number hides among terms
//	001  cons: address of two words, head and tail
//	010  boxed: address of a header word and its payload
//	011  immediate; bits 3-5 say which: nil (the empty list), atom, pid, port, none
//	110  header, only as first word of a boxed object
//	111  forward, only inside the collector's from-space
//
// A header is size<<8 | kind<<3 | 110, size being the payload in words. Kinds
// below KindRaw have a payload of terms only; from KindRaw on the payload is
// raw and the collector steps over it.
//
// Addresses are absolute: blocks come from pointer-free Go memory, which does
// not move. All use of package unsafe on terms lives in this package, behind
// named accessors.
//
// # Who owns what
//
// A term is valid as long as the heap it lives in is not collected. Code that
// may run while a collection happens must keep its terms where the collector
// finds them (a frame's registers, a process's roots).
package term
