package code

import (
	"encoding/binary"
	"slices"
)

// The tags of the external term format that literals are made of; see Erlang's documentation, "External Term Format".
const (
	tagVersion  = 131
	tagFloat    = 70
	tagByte     = 97
	tagInt      = 98
	tagTuple    = 104
	tagNil      = 106
	tagChars    = 107
	tagList     = 108
	tagBinary   = 109
	tagBig      = 110
	tagExport   = 113
	tagMap      = 116
	tagAtomUTF8 = 119

	// Two tags of our own: a literal that is kept as it is, and the module's hash as a number (its version).
	tagWhole = 0
	tagHash  = 1
)

// literal writes a literal. Its tags, lengths, numbers and texts go to streams of their own, and its atoms to the
// strings that the image has of names anyway. A literal with a tag that is not known here is written as it is.
func (w *imageWriter) literal(l []byte, hash *[16]byte) {
	if len(l) > 0 && l[0] == tagVersion && termEnd(l, 1) == len(l) {
		w.term(l, 1, hash)
		return
	}
	w.out[inTags] = append(w.out[inTags], tagWhole)
	w.bytes(inTexts, l)
}

// termEnd returns where the term at l[at] ends, or -1 when it is broken or has a tag that term does not know.
func termEnd(l []byte, at int) int {
	if at >= len(l) {
		return -1
	}
	tag, at := l[at], at+1
	rest := len(l) - at
	parts := 0
	switch {
	case tag == tagNil:
	case tag == tagByte && rest >= 1:
		at++
	case tag == tagInt && rest >= 4:
		at += 4
	case tag == tagFloat && rest >= 8:
		at += 8
	case tag == tagAtomUTF8 && rest >= 1:
		at += 1 + int(l[at])
	case tag == tagBig && rest >= 2:
		at += 2 + int(l[at])
	case tag == tagChars && rest >= 2:
		at += 2 + int(binary.BigEndian.Uint16(l[at:]))
	case tag == tagBinary && rest >= 4:
		at += 4 + int(binary.BigEndian.Uint32(l[at:]))
	case tag == tagTuple && rest >= 1:
		parts = int(l[at])
		at++
	case tag == tagList && rest >= 4:
		parts = int(binary.BigEndian.Uint32(l[at:])) + 1
		at += 4
	case tag == tagMap && rest >= 4:
		parts = 2 * int(binary.BigEndian.Uint32(l[at:]))
		at += 4
	case tag == tagExport:
		parts = 3
	default:
		return -1
	}
	for ; parts > 0 && at >= 0; parts-- {
		at = termEnd(l, at)
	}
	if at > len(l) {
		return -1
	}
	return at
}

// term writes the term at l[at] and returns where it ends. It must be one of which termEnd knows the end.
func (w *imageWriter) term(l []byte, at int, hash *[16]byte) int {
	tag := l[at]
	at++
	parts := 0
	plain := func(n int) {
		w.out[inNumbers] = append(w.out[inNumbers], l[at:at+n]...)
		at += n
	}
	text := func(to stream, n int) {
		w.out[to] = append(w.out[to], l[at:at+n]...)
		at += n
	}
	length := func(size int) int {
		n := 0
		for ; size > 0; size-- {
			n = n<<8 | int(l[at])
			at++
		}
		w.num(inLengths, n)
		return n
	}
	if tag == tagBig && isHash(l[at:], hash) {
		w.out[inTags] = append(w.out[inTags], tagHash)
		return at + 2 + len(hash)
	}
	w.out[inTags] = append(w.out[inTags], tag)
	switch tag {
	case tagByte:
		plain(1)
	case tagInt:
		plain(4)
	case tagFloat:
		plain(8)
	case tagBig:
		plain(2 + int(l[at]))
	case tagAtomUTF8:
		n := int(l[at])
		w.str(inAtoms, string(l[at+1:at+1+n]))
		at += 1 + n
	case tagChars:
		text(inNumbers, length(2))
	case tagBinary:
		text(inTexts, length(4))
	case tagTuple:
		parts = int(l[at])
		text(inTags, 1)
	case tagList:
		parts = length(4) + 1
	case tagMap:
		parts = 2 * length(4)
	case tagExport:
		parts = 3
	}
	for ; parts > 0; parts-- {
		at = w.term(l, at, hash)
	}
	return at
}

// isHash tells whether a big number, from its size on, is the hash: positive, and its bytes from the last to the first.
func isHash(big []byte, hash *[16]byte) bool {
	if len(big) < 2+len(hash) || int(big[0]) != len(hash) || big[1] != 0 {
		return false
	}
	for i, b := range hash {
		if big[2+len(hash)-1-i] != b {
			return false
		}
	}
	return true
}

// literal reads a literal back.
func (r *imageReader) literal(hash *[16]byte) []byte {
	if tags := &r.in[inTags]; tags.at < len(tags.data) && tags.data[tags.at] == tagWhole {
		tags.at++
		return r.in[inTexts].bytes()
	}
	return slices.Clip(r.term([]byte{tagVersion}, hash))
}

// term reads a term and appends it to out.
func (r *imageReader) term(out []byte, hash *[16]byte) []byte {
	tag := r.in[inTags].byte()
	if tag == tagHash {
		out = append(out, tagBig, byte(len(hash)), 0)
		for i := range hash {
			out = append(out, hash[len(hash)-1-i])
		}
		return out
	}
	out = append(out, tag)
	parts := 0
	length := func(size int) int {
		n := r.in[inLengths].num()
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(n))
		out = append(out, b[4-size:]...)
		return n
	}
	switch tag {
	case tagNil:
	case tagByte:
		out = append(out, r.in[inNumbers].take(1)...)
	case tagInt:
		out = append(out, r.in[inNumbers].take(4)...)
	case tagFloat:
		out = append(out, r.in[inNumbers].take(8)...)
	case tagBig:
		n := r.in[inNumbers].byte()
		out = append(append(out, n), r.in[inNumbers].take(1+int(n))...)
	case tagAtomUTF8:
		name := r.in[inAtoms].str()
		out = append(append(out, byte(len(name))), name...)
	case tagChars:
		out = append(out, r.in[inNumbers].take(length(2))...)
	case tagBinary:
		out = append(out, r.in[inTexts].take(length(4))...)
	case tagTuple:
		n := r.in[inTags].byte()
		out = append(out, n)
		parts = int(n)
	case tagList:
		parts = length(4) + 1
	case tagMap:
		parts = 2 * length(4)
	case tagExport:
		parts = 3
	default:
		r.in[inTags].fail("an unknown tag")
	}
	for ; parts > 0 && r.err == nil; parts-- {
		out = r.term(out, hash)
	}
	return out
}
