package token

import (
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// graphemeLen returns the bytes of the first grapheme cluster. The library
// knows Unicode 15.0; since 15.1 the conjuncts of Indic scripts are one
// cluster (rule GB9c of UAX 29), so these are joined here.
func graphemeLen(text string) int {
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(text, -1)
	n := len(cluster)
	for n < len(text) && endsInLinker(text[:n]) {
		next, _ := utf8.DecodeRuneInString(text[n:])
		if !unicode.Is(conjunctConsonants, next) {
			break
		}
		cluster, _, _, _ = uniseg.FirstGraphemeClusterInString(text[n:], -1)
		n += len(cluster)
	}
	return n
}

// endsInLinker reports whether a cluster is a consonant followed by marks
// with a virama among them.
func endsInLinker(cluster string) bool {
	linked := false
	for len(cluster) > 0 {
		r, w := utf8.DecodeLastRuneInString(cluster)
		switch {
		case r == 0x94D || r == 0x9CD || r == 0xACD || r == 0xB4D || r == 0xC4D || r == 0xD4D:
			linked = true
		case unicode.Is(conjunctConsonants, r):
			return linked
		case r != 0x200D && !unicode.Is(unicode.Mn, r):
			return false
		}
		cluster = cluster[:len(cluster)-w]
	}
	return false
}

// conjunctConsonants are the characters with Indic_Conjunct_Break=Consonant.
var conjunctConsonants = &unicode.RangeTable{R16: []unicode.Range16{
	{0x915, 0x939, 1}, {0x958, 0x95F, 1}, {0x978, 0x97F, 1},
	{0x995, 0x9A8, 1}, {0x9AA, 0x9B0, 1}, {0x9B2, 0x9B2, 1}, {0x9B6, 0x9B9, 1}, {0x9DC, 0x9DD, 1}, {0x9DF, 0x9DF, 1}, {0x9F0, 0x9F1, 1},
	{0xA95, 0xAA8, 1}, {0xAAA, 0xAB0, 1}, {0xAB2, 0xAB3, 1}, {0xAB5, 0xAB9, 1}, {0xAF9, 0xAF9, 1},
	{0xB15, 0xB28, 1}, {0xB2A, 0xB30, 1}, {0xB32, 0xB33, 1}, {0xB35, 0xB39, 1}, {0xB5C, 0xB5D, 1}, {0xB5F, 0xB5F, 1}, {0xB71, 0xB71, 1},
	{0xC15, 0xC28, 1}, {0xC2A, 0xC39, 1}, {0xC58, 0xC5A, 1},
	{0xD15, 0xD3A, 1},
}}
