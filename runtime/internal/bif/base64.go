package bif

import (
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Erlang's module base64, over the functions of vivarium_base.
var base64Builtins = []vm.Builtin{
	{Module: "base64", Name: "encode", Arity: 1, Fn: base64Encode(false)},
	{Module: "base64", Name: "encode", Arity: 2, Fn: base64Encode(false)},
	{Module: "base64", Name: "encode_to_string", Arity: 1, Fn: base64Encode(true)},
	{Module: "base64", Name: "encode_to_string", Arity: 2, Fn: base64Encode(true)},
	{Module: "base64", Name: "decode", Arity: 1, Fn: base64Decode(false)},
	{Module: "base64", Name: "decode", Arity: 2, Fn: base64Decode(false)},
	{Module: "base64", Name: "decode_to_string", Arity: 1, Fn: base64Decode(true)},
	{Module: "base64", Name: "decode_to_string", Arity: 2, Fn: base64Decode(true)},
}

// base64Options reads #{mode => standard | urlsafe, padding => boolean()}.
func base64Options(args []term.Term) (url, padding, ok bool) {
	padding = true
	if len(args) == 1 {
		return false, true, true
	}
	if !args[1].IsMap() {
		return false, false, false
	}
	if mode, found := term.MapGet(args[1], atom("mode")); found {
		url = mode == atom("urlsafe")
		if !url && mode != atom("standard") {
			return false, false, false
		}
	}
	if p, found := term.MapGet(args[1], atom("padding")); found {
		padding = p == term.True
		if !isBoolean(p) {
			return false, false, false
		}
	}
	return url, padding, true
}

func base64Encode(list bool) func(*vm.Context, []term.Term) term.Term {
	standard, url := encodeBase(6, base64), encodeBase(6, baseURL64)
	return func(c *vm.Context, args []term.Term) term.Term {
		for l := args[0]; l.IsCons(); l = l.Tail() {
			if !l.Head().IsInt() {
				return c.BadArith()
			}
		}
		data, ok := ioBytes(c, args[0])
		urlsafe, padding, ok2 := base64Options(args)
		if !ok || !ok2 {
			return c.BadArg()
		}
		encode := standard
		if urlsafe {
			encode = url
		}
		t := encode(c, []term.Term{c.Binary(data), term.Bool(padding)})
		if list && t != term.None {
			return erlangBinaryToList(c, []term.Term{t})
		}
		return t
	}
}

func base64Decode(list bool) func(*vm.Context, []term.Term) term.Term {
	standard, url := decodeBase(6, base64), decodeBase(6, baseURL64)
	return func(c *vm.Context, args []term.Term) term.Term {
		data, ok := ioBytes(c, args[0])
		urlsafe, padding, ok2 := base64Options(args)
		if !ok || !ok2 {
			return c.BadArg()
		}
		decode := standard
		if urlsafe {
			decode = url
		}
		t := decode(c, []term.Term{c.Binary(data), term.Bool(padding), term.True})
		switch {
		case t == term.AtomError:
			return c.Error(term.Atom("missing_padding"))
		case t.Word(0) == term.AtomError:
			return c.BadArg()
		case list:
			return erlangBinaryToList(c, []term.Term{t.Word(1)})
		}
		return t.Word(1)
	}
}
