package bif

import (
	"encoding/binary"
	"math/big"
	"math/bits"
)

// ChaCha20 and Poly1305 after RFC 8439.

// chacha is the state of the cipher: constants, key, counter, nonce.
type chacha [16]uint32

// newChaCha takes 32 bytes of key, and the counter with the nonce after it.
func newChaCha(key []byte, counterAndNonce [16]byte) *chacha {
	s := &chacha{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}
	for i := range 8 {
		s[4+i] = binary.LittleEndian.Uint32(key[4*i:])
	}
	for i := range 4 {
		s[12+i] = binary.LittleEndian.Uint32(counterAndNonce[4*i:])
	}
	return s
}

// block is the next block of the key stream.
func (s *chacha) block() (out [64]byte) {
	x := *s
	quarter := func(a, b, c, d int) {
		x[a] += x[b]
		x[d] = bits.RotateLeft32(x[d]^x[a], 16)
		x[c] += x[d]
		x[b] = bits.RotateLeft32(x[b]^x[c], 12)
		x[a] += x[b]
		x[d] = bits.RotateLeft32(x[d]^x[a], 8)
		x[c] += x[d]
		x[b] = bits.RotateLeft32(x[b]^x[c], 7)
	}
	for range 10 {
		for i := range 4 {
			quarter(i, 4+i, 8+i, 12+i)
		}
		for i := range 4 {
			quarter(i, 4+(i+1)%4, 8+(i+2)%4, 12+(i+3)%4)
		}
	}
	for i := range x {
		binary.LittleEndian.PutUint32(out[4*i:], x[i]+s[i])
	}
	s[12]++
	return out
}

func (s *chacha) xor(out, data []byte) {
	for at := 0; at < len(data); at += 64 {
		pad := s.block()
		for i := at; i < min(at+64, len(data)); i++ {
			out[i] = data[i] ^ pad[i-at]
		}
	}
}

// poly1305 is the code of a message under a key of 32 bytes.
func poly1305(key, data []byte) (tag [16]byte) {
	little := func(b []byte) *big.Int {
		turned := make([]byte, len(b))
		for i := range b {
			turned[len(b)-1-i] = b[i]
		}
		return new(big.Int).SetBytes(turned)
	}
	var clamped [16]byte
	copy(clamped[:], key)
	for _, i := range []int{3, 7, 11, 15} {
		clamped[i] &= 15
	}
	for _, i := range []int{4, 8, 12} {
		clamped[i] &= 252
	}
	r, s := little(clamped[:]), little(key[16:32])
	prime := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 130), big.NewInt(5))
	sum := new(big.Int)
	for at := 0; at < len(data); at += 16 {
		part := append(append([]byte(nil), data[at:min(at+16, len(data))]...), 1)
		sum.Add(sum, little(part))
		sum.Mul(sum, r)
		sum.Mod(sum, prime)
	}
	sum.Add(sum, s)
	for i, b := range sum.FillBytes(make([]byte, 17))[1:] {
		tag[15-i] = b
	}
	return tag
}

// chachaPoly encrypts or decrypts and makes the tag of the cipher text.
func chachaPoly(key, iv, out, data, more []byte, encrypt bool) [16]byte {
	var nonce [16]byte
	copy(nonce[16-len(iv):], iv)
	s := newChaCha(key, nonce)
	first := s.block()
	s.xor(out, data)
	text := out
	if !encrypt {
		text = data
	}
	var message []byte
	for _, part := range [][]byte{more, text} {
		message = append(message, part...)
		message = append(message, make([]byte, (16-len(part)%16)%16)...)
	}
	message = binary.LittleEndian.AppendUint64(message, uint64(len(more)))
	message = binary.LittleEndian.AppendUint64(message, uint64(len(text)))
	return poly1305(first[:32], message)
}
