package site

import "strings"

// alphabet85 is what toBase85 writes with: characters that mean nothing to HTML, to scripts or to mail; web/offline/base85.ts
// has the same.
const alphabet85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%()*+,.:;=?@[]^_{|}~"

// toBase85 writes bytes as text, five characters for four bytes; a last group of n bytes takes n+1.
func toBase85(content []byte) string {
	var out strings.Builder
	out.Grow(len(content)/4*5 + 5)
	for len(content) > 0 {
		n := min(4, len(content))
		var word uint32
		for k := range 4 {
			word <<= 8
			if k < n {
				word |= uint32(content[k])
			}
		}
		var digits [5]byte
		for k := 4; k >= 0; k-- {
			digits[k] = alphabet85[word%85]
			word /= 85
		}
		out.Write(digits[:n+1])
		content = content[n:]
	}
	return out.String()
}
