package bif

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Compression of whole data. The deflated bytes need not be those of OTP's
// zlib, but mean the same.
var zlibBuiltins = []vm.Builtin{
	{Module: "zlib", Name: "compress", Arity: 1, Fn: deflate(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })},
	{Module: "zlib", Name: "gzip", Arity: 1, Fn: deflate(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })},
	{Module: "zlib", Name: "zip", Arity: 1, Fn: deflate(rawWriter)},
	{Module: "zlib", Name: "uncompress", Arity: 1, Fn: inflate(zlib.NewReader)},
	{Module: "zlib", Name: "gunzip", Arity: 1, Fn: inflate(func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) })},
	{Module: "zlib", Name: "unzip", Arity: 1, Fn: inflate(func(r io.Reader) (io.ReadCloser, error) { return flate.NewReader(r), nil })},
}

func rawWriter(w io.Writer) io.WriteCloser {
	z, err := flate.NewWriter(w, flate.DefaultCompression)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return z
}

func deflate(open func(io.Writer) io.WriteCloser) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		data, ok := ioBytes(c, args[0])
		if !ok {
			return c.BadArg()
		}
		chargeBytes(c, 8*len(data))
		var out bytes.Buffer
		z := open(&out)
		if _, err := z.Write(data); err != nil {
			panic("BUG: " + err.Error())
		}
		if err := z.Close(); err != nil {
			panic("BUG: " + err.Error())
		}
		return c.Binary(out.Bytes())
	}
}

// maxInflated keeps a small input from filling the memory.
const maxInflated = 1 << 28

func inflate(open func(io.Reader) (io.ReadCloser, error)) func(*vm.Context, []term.Term) term.Term {
	return func(c *vm.Context, args []term.Term) term.Term {
		data, ok := ioBytes(c, args[0])
		if !ok {
			return c.BadArg()
		}
		z, err := open(bytes.NewReader(data))
		if err != nil {
			return c.Error(atom("data_error"))
		}
		out, err := io.ReadAll(io.LimitReader(z, maxInflated+1))
		switch {
		case err != nil:
			return c.Error(atom("data_error"))
		case len(out) > maxInflated || !c.MemoryLeft(len(out)):
			return c.SystemLimit()
		}
		chargeBytes(c, 4*len(out))
		return c.Binary(out)
	}
}
