package bif

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha3"
	"crypto/subtle"
	"slices"
	"strconv"
	"strings"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The ciphers of crypto that encrypt a text in one go: AES in its usual modes,
// and ChaCha20 (RFC 8439), both with authentication too. Reasons of errors are
// OTP's, with the places in its C sources that they name.
var cipherBuiltins = []vm.Builtin{
	{Module: "crypto", Name: "crypto_one_time", Arity: 4, Fn: cryptoOneTime},
	{Module: "crypto", Name: "crypto_one_time", Arity: 5, Fn: cryptoOneTime},
	{Module: "crypto", Name: "crypto_one_time_aead", Arity: 6, Fn: cryptoOneTimeAEAD},
	{Module: "crypto", Name: "crypto_one_time_aead", Arity: 7, Fn: cryptoOneTimeAEAD},
	{Module: "crypto", Name: "cipher_info", Arity: 1, Fn: cryptoCipherInfo},
	{Module: "crypto", Name: "supports", Arity: 1, Fn: cryptoSupports},
	{Module: "crypto", Name: "hash_xof", Arity: 3, Fn: cryptoHashXOF},
	{Module: "crypto", Name: "mac", Arity: 3, Fn: cryptoMAC3},
}

// cipherKind is what is told of a cipher.
type cipherKind struct {
	name    string
	mode    string // as cipher_info names it, without _mode
	key, iv int    // bytes
	block   int
	number  int // OpenSSL's, 0 for none
	aead    bool
	tag     int
}

var cipherKinds = makeCipherKinds()

func makeCipherKinds() map[string]cipherKind {
	kinds := map[string]cipherKind{
		"chacha20":          {mode: "stream_cipher", key: 32, iv: 16, block: 1, number: 1019},
		"chacha20_poly1305": {mode: "stream_cipher", key: 32, iv: 12, block: 1, number: 1018, aead: true, tag: 16},
	}
	numbers := map[string][3]int{
		"ecb": {418, 422, 426}, "cbc": {419, 423, 427}, "ofb": {420, 424, 428}, "cfb128": {421, 425, 429},
		"cfb8": {653, 654, 655}, "gcm": {895, 898, 901}, "ctr": {},
	}
	for mode, of := range numbers {
		for i, bits := range []int{128, 192, 256} {
			k := cipherKind{mode: mode, key: bits / 8, iv: 16, block: 1, number: of[i]}
			switch mode {
			case "ecb":
				k.iv, k.block = 0, 16
			case "cbc":
				k.block = 16
			case "gcm":
				k.iv, k.aead, k.tag = 12, true, 16
			case "cfb128", "cfb8":
				k.mode = "cfb"
			}
			kinds["aes_"+strconv.Itoa(bits)+"_"+mode] = k
		}
	}
	for name, k := range kinds {
		k.name = name
		kinds[name] = k
	}
	return kinds
}

// cipherFor finds a cipher by its name, or by a name that leaves the size to
// the key: aes_cbc.
func cipherFor(name string, key []byte) (kind cipherKind, ok, rightSize bool) {
	if k, ok := cipherKinds[name]; ok {
		return k, true, len(key) == k.key
	}
	if mode, isAES := strings.CutPrefix(name, "aes_"); isAES {
		k, ok := cipherKinds["aes_"+strconv.Itoa(len(key)*8)+"_"+mode]
		return k, ok, ok
	}
	return cipherKind{}, false, false
}

func cryptoFault(c *vm.Context, class, file string, line int, text string) term.Term {
	place := term.Tuple(c, stringList(c, file, term.Nil), term.Int(int64(line)))
	return c.Error(term.Tuple(c, atom(class), place, stringList(c, text, term.Nil)))
}

// cipherOptions reads the last argument: a boolean, or options.
func cipherOptions(c *vm.Context, t term.Term) (encrypt bool, padding string, ok bool) {
	if isBoolean(t) {
		return t == term.True, "", true
	}
	options, ok := elements(c, t)
	if !ok {
		return false, "", false
	}
	encrypt = true
	for _, o := range options {
		if !o.IsTuple() || o.TupleSize() != 2 || !o.Word(0).IsAtom() || !o.Word(1).IsAtom() {
			return false, "", false
		}
		switch o.Word(0).AtomName() {
		case "encrypt":
			encrypt = o.Word(1) == term.True
		case "padding":
			padding = o.Word(1).AtomName()
		}
	}
	return encrypt, padding, true
}

func cryptoOneTime(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return cryptoFault(c, "badarg", "api_ng.c", 244, "Unknown cipher")
	}
	var iv []byte
	given := true
	if len(args) == 5 {
		if iv, given = ioBytes(c, args[2]); !given {
			return cryptoFault(c, "badarg", "api_ng.c", 303, "Bad iv type")
		}
	}
	key, ok := ioBytes(c, args[1])
	if !ok {
		return cryptoFault(c, "badarg", "api_ng.c", 230, "Bad key")
	}
	kind, known, right := cipherFor(args[0].AtomName(), key)
	switch {
	case !known:
		return cryptoFault(c, "badarg", "api_ng.c", 244, "Unknown cipher")
	case !right:
		return cryptoFault(c, "badarg", "api_ng.c", 246, "Bad key size")
	case kind.aead:
		return cryptoFault(c, "badarg", "api_ng.c", 252, "Missing arguments for this cipher")
	case kind.iv > 0 && len(iv) != kind.iv:
		return cryptoFault(c, "badarg", "api_ng.c", 309, "Bad iv size")
	}
	encrypt, padding, ok := cipherOptions(c, args[len(args)-1])
	if !ok {
		return cryptoFault(c, "badarg", "api_ng.c", 122, "Options are not a boolean or a proper list")
	}
	data, ok := ioBytes(c, args[len(args)-2])
	if !ok {
		return cryptoFault(c, "badarg", "api_ng.c", 851, "expected binary as data")
	}
	if !c.MemoryLeft(2 * len(data)) {
		return c.SystemLimit()
	}
	chargeBytes(c, 4*len(data))
	if kind.block == 16 {
		return blockCipher(c, kind, key, iv, data, encrypt, padding)
	}
	t, out := c.NewBits(len(data) * 8)
	if kind.name == "chacha20" {
		var nonce [16]byte
		copy(nonce[:], iv)
		newChaCha(key, nonce).xor(out, data)
		return t
	}
	block := newAES(key)
	switch {
	case kind.mode == "ctr":
		cipher.NewCTR(block, iv).XORKeyStream(out, data)
	case kind.mode == "ofb":
		feedback(block, iv, out, data, 16, func(pad, _, _ []byte) []byte { return pad })
	case strings.HasSuffix(kind.name, "cfb8"):
		feedback(block, iv, out, data, 1, cipherText(encrypt))
	default:
		feedback(block, iv, out, data, 16, cipherText(encrypt))
	}
	return t
}

func newAES(key []byte) cipher.Block {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return block
}

func cipherText(encrypt bool) func(pad, in, out []byte) []byte {
	return func(_, in, out []byte) []byte {
		if encrypt {
			return out
		}
		return in
	}
}

// feedback is a mode that encrypts a register, which takes in so many bytes a
// step of what fed chooses.
func feedback(block cipher.Block, iv, out, data []byte, step int, fed func(pad, in, out []byte) []byte) {
	register := append([]byte(nil), iv...)
	pad := make([]byte, 16)
	for at := 0; at < len(data); at += step {
		end := min(at+step, len(data))
		block.Encrypt(pad, register)
		subtle.XORBytes(out[at:end], data[at:end], pad)
		in := fed(pad, data[at:end], out[at:end])
		register = append(register[min(step, len(register)):], in[:min(step, len(in))]...)
		if len(register) < 16 {
			return // the last, partial step
		}
	}
}

// blockCipher is ECB and CBC, with their padding.
func blockCipher(c *vm.Context, kind cipherKind, key, iv, data []byte, encrypt bool, padding string) term.Term {
	rest := len(data) % 16
	if encrypt {
		switch fill := 16 - rest; {
		case padding == "pkcs_padding":
			data = append(append([]byte(nil), data...), strings.Repeat(string([]byte{byte(fill)}), fill)...)
		case rest == 0:
		case padding == "zero":
			data = append(append([]byte(nil), data...), make([]byte, fill)...)
		case padding == "random":
			data = append([]byte(nil), data...)
			for range fill {
				data = append(data, byte(c.Random()))
			}
		case padding == "none":
			return cryptoFault(c, "error", "api_ng.c", 608, "Padding 'none' but unfilled last block")
		}
	} else if rest != 0 && padding != "" {
		return cryptoFault(c, "error", "api_ng.c", 636, "Can't finalize")
	}
	data = data[:len(data)/16*16]
	out := make([]byte, len(data))
	block := newAES(key)
	switch {
	case kind.mode == "cbc" && encrypt:
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, data)
	case kind.mode == "cbc":
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, data)
	default:
		for at := 0; at < len(data); at += 16 {
			if encrypt {
				block.Encrypt(out[at:], data[at:])
			} else {
				block.Decrypt(out[at:], data[at:])
			}
		}
	}
	if !encrypt && padding == "pkcs_padding" {
		n := 0
		if len(out) > 0 {
			n = int(out[len(out)-1])
		}
		if n < 1 || n > 16 || strings.Count(string(out[len(out)-n:]), string([]byte{byte(n)})) != n {
			return cryptoFault(c, "error", "api_ng.c", 636, "Can't finalize")
		}
		out = out[:len(out)-n]
	}
	return c.Binary(out)
}

// cryptoOneTimeAEAD is crypto_one_time_aead(cipher, key, iv, text, more, tag or
// its length, encrypt); without the sixth argument the tag has 16 bytes.
func cryptoOneTimeAEAD(c *vm.Context, args []term.Term) term.Term {
	key, ok1 := ioBytes(c, args[1])
	iv, ok2 := ioBytes(c, args[2])
	data, ok3 := ioBytes(c, args[3])
	more, ok4 := ioBytes(c, args[4])
	flag := args[len(args)-1]
	if !args[0].IsAtom() || !ok1 || !ok2 || !ok3 || !ok4 || !isBoolean(flag) {
		return c.BadArg()
	}
	kind, known, right := cipherFor(args[0].AtomName(), key)
	switch {
	case known && !kind.aead:
		return c.Error(term.Tuple(c, atom("badarg"), stringList(c, "Not an AEAD cipher", term.Nil)))
	case !known || !right:
		return cryptoFault(c, "badarg", "aead.c", 218, "Unknown cipher or invalid key size")
	case len(iv) == 0 || kind.mode == "stream_cipher" && len(iv) > 12:
		return cryptoFault(c, "badarg", "aead.c", 281, "Bad IV length")
	}
	if !c.MemoryLeft(2 * len(data)) {
		return c.SystemLimit()
	}
	chargeBytes(c, 8*len(data))
	encrypt := flag == term.True
	size := kind.tag
	var tag []byte
	if len(args) == 7 {
		if encrypt {
			n, ok := natural(args[5])
			if !ok || n < 1 || n > 16 {
				return cryptoFault(c, "badarg", "aead.c", 244, "Bad Tag length")
			}
			size = n
		} else {
			var ok bool
			if tag, ok = ioBytes(c, args[5]); !ok || len(tag) < 1 || len(tag) > 16 {
				return cryptoFault(c, "badarg", "aead.c", 244, "Bad Tag length")
			}
		}
	} else if !encrypt {
		return c.BadArg()
	}
	out := make([]byte, len(data))
	var full [16]byte
	if kind.mode == "gcm" {
		full = gcm(newAES(key), iv, out, data, more, encrypt)
	} else {
		full = chachaPoly(key, iv, out, data, more, encrypt)
	}
	if encrypt {
		return term.Tuple(c, c.Binary(out), c.Binary(full[:size]))
	}
	if subtle.ConstantTimeCompare(full[:len(tag)], tag) != 1 {
		return term.AtomError
	}
	return c.Binary(out)
}

// gcm is the Galois/Counter Mode. A tag may be shorter than the library below
// opens a text with: it is made anew, from the text that comes out.
func gcm(block cipher.Block, iv, out, data, more []byte, encrypt bool) (tag [16]byte) {
	mode, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		panic("BUG: " + err.Error())
	}
	sealed := mode.Seal(nil, iv, data, more)
	copy(out, sealed)
	if !encrypt { // encrypting is decrypting, but for the tag
		sealed = mode.Seal(nil, iv, out, more)
	}
	copy(tag[:], sealed[len(data):])
	return tag
}

func cryptoCipherInfo(c *vm.Context, args []term.Term) term.Term {
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	k, ok := cipherKinds[args[0].AtomName()]
	if !ok {
		return c.BadArg()
	}
	mode := k.mode
	if mode != "stream_cipher" {
		mode += "_mode"
	}
	number := atom("undefined")
	if k.number != 0 {
		number = term.Int(int64(k.number))
	}
	return term.MapFromPairs(c, []term.Term{
		atom("block_size"), term.Int(int64(k.block)), atom("iv_length"), term.Int(int64(k.iv)),
		atom("key_length"), term.Int(int64(k.key)), atom("mode"), atom(mode),
		atom("prop_aead"), term.Bool(k.aead), atomType, number,
	})
}

// cryptoSupports lists what there is of a kind.
func cryptoSupports(c *vm.Context, args []term.Term) term.Term {
	var names []string
	if !args[0].IsAtom() {
		return c.BadArg()
	}
	switch args[0].AtomName() {
	case "hashs":
		names = strings.Fields("sha sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 shake128 shake256 md5")
	case "ciphers":
		for name := range cipherKinds {
			names = append(names, name)
		}
		slices.Sort(names)
	case "macs":
		names = strings.Fields("cmac hmac poly1305")
	case "public_keys", "curves", "rsa_opts":
	default:
		return c.BadArg()
	}
	list := make([]term.Term, len(names))
	for i, name := range names {
		list[i] = atom(name)
	}
	return term.List(c, list...)
}

// cryptoHashXOF is hash_xof(type, data, bits).
func cryptoHashXOF(c *vm.Context, args []term.Term) term.Term {
	data, ok1 := ioBytes(c, args[1])
	bits, ok2 := natural(args[2])
	if !args[0].IsAtom() || !ok1 || !ok2 || bits%8 != 0 || !c.MemoryLeft(bits/8) {
		return c.BadArg()
	}
	var h *sha3.SHAKE
	switch args[0].AtomName() {
	case "shake128":
		h = sha3.NewSHAKE128()
	case "shake256":
		h = sha3.NewSHAKE256()
	default:
		return c.BadArg()
	}
	chargeBytes(c, 4*len(data)+bits/8)
	_, _ = h.Write(data)
	t, out := c.NewBits(bits)
	_, _ = h.Read(out)
	return t
}

// cryptoMAC3 is mac(:poly1305, key, data).
func cryptoMAC3(c *vm.Context, args []term.Term) term.Term {
	key, ok1 := ioBytes(c, args[1])
	data, ok2 := ioBytes(c, args[2])
	if args[0] != atom("poly1305") || !ok1 || !ok2 || len(key) != 32 {
		return c.BadArg()
	}
	chargeBytes(c, 8*len(data))
	tag := poly1305(key, data)
	return c.Binary(tag[:])
}

// cmac is the code of a message that CBC makes with a cipher (NIST SP 800-38B).
func cmac(block cipher.Block, data []byte) []byte {
	double := func(b []byte) []byte {
		out := make([]byte, 16)
		carry := byte(0)
		for i := 15; i >= 0; i-- {
			out[i] = b[i]<<1 | carry
			carry = b[i] >> 7
		}
		out[15] ^= carry * 0x87
		return out
	}
	sub := make([]byte, 16)
	block.Encrypt(sub, sub)
	sub = double(sub)
	last := make([]byte, 16)
	whole := max(0, (len(data)-1)/16*16)
	copy(last, data[whole:])
	if len(data) == 0 || len(data)%16 != 0 {
		last[len(data)-whole] = 0x80
		sub = double(sub)
	}
	subtle.XORBytes(last, last, sub)
	sum := make([]byte, 16)
	for at := 0; at < whole; at += 16 {
		subtle.XORBytes(sum, sum, data[at:at+16])
		block.Encrypt(sum, sum)
	}
	subtle.XORBytes(sum, sum, last)
	block.Encrypt(sum, sum)
	return sum
}
