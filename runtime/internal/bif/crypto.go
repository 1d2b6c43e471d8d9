package bif

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"hash"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Hashes, and random bytes that come from the machine's seed: a run can be
// repeated, so they keep no secret.
var cryptoBuiltins = []vm.Builtin{
	{Module: "crypto", Name: "hash", Arity: 2, Fn: cryptoHash},
	{Module: "crypto", Name: "mac", Arity: 4, Fn: cryptoMAC},
	{Module: "crypto", Name: "strong_rand_bytes", Arity: 1, Fn: cryptoRandBytes},
	{Module: "crypto", Name: "rand_uniform", Arity: 2, Fn: cryptoRandUniform},
	{Module: "crypto", Name: "exor", Arity: 2, Fn: cryptoExor},
	{Module: "crypto", Name: "hash_equals", Arity: 2, Fn: cryptoHashEquals},
}

func hashNamed(t term.Term) func() hash.Hash {
	if !t.IsAtom() {
		return nil
	}
	switch t.AtomName() {
	case "md5":
		return md5.New
	case "sha":
		return sha1.New
	case "sha224":
		return sha256.New224
	case "sha256":
		return sha256.New
	case "sha384":
		return sha512.New384
	case "sha512":
		return sha512.New
	case "sha3_224":
		return func() hash.Hash { return sha3.New224() }
	case "sha3_256":
		return func() hash.Hash { return sha3.New256() }
	case "sha3_384":
		return func() hash.Hash { return sha3.New384() }
	case "sha3_512":
		return func() hash.Hash { return sha3.New512() }
	}
	return nil
}

func digest(c *vm.Context, h hash.Hash, data []byte) term.Term {
	chargeBytes(c, 4*len(data))
	h.Write(data)
	return c.Binary(h.Sum(nil))
}

func cryptoHash(c *vm.Context, args []term.Term) term.Term {
	h := hashNamed(args[0])
	data, ok := ioBytes(c, args[1])
	if h == nil || !ok {
		return c.BadArg()
	}
	return digest(c, h(), data)
}

func cryptoMAC(c *vm.Context, args []term.Term) term.Term {
	h := hashNamed(args[1])
	secret, ok1 := ioBytes(c, args[2])
	data, ok2 := ioBytes(c, args[3])
	if args[0] != atom("hmac") || h == nil || !ok1 || !ok2 {
		return c.BadArg()
	}
	return digest(c, hmac.New(h, secret), data)
}

func cryptoRandBytes(c *vm.Context, args []term.Term) term.Term {
	n, ok := natural(args[0])
	if !ok || !c.MemoryLeft(n) {
		return c.BadArg()
	}
	t, out := c.NewBits(n * 8)
	chargeBytes(c, n)
	for len(out) >= 8 {
		binary.LittleEndian.PutUint64(out, c.Random())
		out = out[8:]
	}
	for i := range out {
		out[i] = byte(c.Random())
	}
	return t
}

func cryptoRandUniform(c *vm.Context, args []term.Term) term.Term {
	low, ok1 := number(args[0])
	high, ok2 := number(args[1])
	if !ok1 || !ok2 || low >= high {
		return c.BadArg()
	}
	return term.MakeInt(c, int64(low)+int64(c.Random()%uint64(high-low)))
}

func cryptoExor(c *vm.Context, args []term.Term) term.Term {
	a, ok1 := ioBytes(c, args[0])
	b, ok2 := ioBytes(c, args[1])
	if !ok1 || !ok2 || len(a) != len(b) {
		return c.BadArg()
	}
	t, out := c.NewBits(len(a) * 8)
	subtle.XORBytes(out, a, b)
	return t
}

func cryptoHashEquals(c *vm.Context, args []term.Term) term.Term {
	a, ok1 := args[0].BinaryBytes()
	b, ok2 := args[1].BinaryBytes()
	if !ok1 || !ok2 || len(a) != len(b) {
		return c.BadArg()
	}
	return term.Bool(subtle.ConstantTimeCompare(a, b) == 1)
}
