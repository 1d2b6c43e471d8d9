package bif

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"hash"
	"math/big"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Hashes, and random bytes that come from the machine's seed: a run can be
// repeated, so they keep no secret.
var cryptoBuiltins = []vm.Builtin{
	{Module: "crypto", Name: "hash", Arity: 2, Fn: cryptoHash},
	{Module: "crypto", Name: "hash_info", Arity: 1, Fn: cryptoHashInfo},
	{Module: "crypto", Name: "mac", Arity: 4, Fn: cryptoMAC},
	{Module: "crypto", Name: "strong_rand_bytes", Arity: 1, Fn: cryptoRandBytes},
	{Module: "crypto", Name: "rand_uniform", Arity: 2, Fn: cryptoRandUniform},
	{Module: "crypto", Name: "strong_rand_range", Arity: 1, Fn: cryptoRandRange},
	{Module: "crypto", Name: "bytes_to_integer", Arity: 1, Fn: binaryDecodeUnsigned},
	{Module: "crypto", Name: "mod_pow", Arity: 3, Fn: cryptoModPow},
	{Module: "crypto", Name: "pbkdf2_hmac", Arity: 5, Fn: cryptoPBKDF2},
	{Module: "crypto", Name: "start", Arity: 0, Fn: func(*vm.Context, []term.Term) term.Term { return term.AtomOk }},
	{Module: "crypto", Name: "exor", Arity: 2, Fn: cryptoExor},
	{Module: "crypto", Name: "stop", Arity: 0, Fn: func(*vm.Context, []term.Term) term.Term { return term.AtomOk }},
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
	if args[0] == atom("cmac") && ok1 && ok2 && args[1].IsAtom() {
		kind, known, right := cipherFor(args[1].AtomName(), secret)
		if !known || !right || kind.mode != "cbc" {
			return c.BadArg()
		}
		chargeBytes(c, 4*len(data))
		return c.Binary(cmac(newAES(secret), data))
	}
	if args[0] != atom("hmac") || h == nil || !ok1 || !ok2 {
		return c.BadArg()
	}
	return digest(c, hmac.New(h, secret), data)
}

func cryptoHashInfo(c *vm.Context, args []term.Term) term.Term {
	f := hashNamed(args[0])
	if f == nil {
		return c.BadArg()
	}
	h := f()
	return term.MapFromPairs(c, []term.Term{
		atomSize, term.Int(int64(h.Size())), atom("block_size"), term.Int(int64(h.BlockSize())), atomType, term.Int(0),
	})
}

// cryptoRandRange returns a whole number below a limit.
func cryptoRandRange(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsInteger() || args[0].Sign() <= 0 {
		return c.BadArg()
	}
	g := newSeed(c, atomExsss)
	t, _ := g.uniform(c, args)
	t, _ = term.Sub(c, t, term.Int(1))
	return t
}

// wholeNumber reads an integer, or bytes that stand for one.
func wholeNumber(t term.Term) (*big.Int, bool) {
	if b, ok := t.BinaryBytes(); ok {
		return new(big.Int).SetBytes(b), true
	}
	if !t.IsInteger() || t.Sign() < 0 {
		return nil, false
	}
	return term.ToBig(t), true
}

func cryptoModPow(c *vm.Context, args []term.Term) term.Term {
	base, ok1 := wholeNumber(args[0])
	exponent, ok2 := wholeNumber(args[1])
	modulus, ok3 := wholeNumber(args[2])
	if !ok1 || !ok2 || !ok3 || modulus.Sign() == 0 {
		return c.BadArg()
	}
	c.Charge(exponent.BitLen() * (1 + modulus.BitLen()/1000))
	return c.Binary(new(big.Int).Exp(base, exponent, modulus).Bytes())
}

func cryptoPBKDF2(c *vm.Context, args []term.Term) term.Term {
	h := hashNamed(args[0])
	password, ok1 := ioBytes(c, args[1])
	salt, ok2 := ioBytes(c, args[2])
	rounds, ok3 := natural(args[3])
	length, ok4 := natural(args[4])
	if h == nil || !ok1 || !ok2 || !ok3 || !ok4 || rounds < 1 || length < 1 || length > 1<<20 {
		return c.BadArg()
	}
	c.Charge(rounds)
	key, err := pbkdf2.Key(h, string(password), salt, rounds, length)
	if err != nil {
		return c.BadArg()
	}
	return c.Binary(key)
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
