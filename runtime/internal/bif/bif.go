// Package bif holds the built-in functions: those of Erlang's and Elixir's
// modules, and those helpers of our standard library, that are written in Go.
//
// A function is here when it is a leaf: it takes no fun. There is a file for
// each module, with a table of its functions; Table joins them. Names and
// arities, results, reasons of errors and their order are those of the
// documentation of the module, as of Erlang/OTP 29 and Elixir 1.20. Modules
// named vivarium_... are our own, under Elixir's modules of our library.
//
// Whatever takes longer with larger arguments charges reductions: about one for
// ten steps through a list or for some hundred bytes, as the BEAM's built-ins
// do.
package bif

import (
	"slices"
	"unicode/utf8"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// Table is every built-in function.
var Table = withModuleInfo(slices.Concat(
	erlangArithmetic,
	erlangTypes,
	erlangTuples,
	erlangLists,
	erlangConversions,
	erlangBinaries,
	erlangTerms,
	erlangProcesses, erlangNodeBuiltins,
	erlangSystem,
	listsBuiltins,
	mapsBuiltins,
	binaryBuiltins,
	unicodeBuiltins,
	mathBuiltins,
	stringBuiltins,
	inspectBuiltins,
	baseBuiltins,
	ioLibBuiltins,
	etsBuiltins,
	ioBuiltins,
	osBuiltins,
	persistentTermBuiltins,
	atomicsBuiltins,
	randBuiltins,
	randNicheBuiltins,
	cryptoBuiltins,
	cipherBuiltins,
	errorsBuiltins,
	reBuiltins,
	filenameBuiltins,
	base64Builtins,
	zlibBuiltins,
	erlangStringBuiltins,
	traceBuiltins,
	jsonBuiltins,
))

// onlyBuiltins are Erlang's modules of which nothing is written in Elixir:
// what the compiler generates for a module they have from here.
var onlyBuiltins = []string{
	"erlang", "math", "binary", "unicode", "rand", "re", "persistent_term", "atomics", "counters", "crypto", "filename", "base64",
	"io_lib", "ets", "zlib",
}

func withModuleInfo(table []vm.Builtin) []vm.Builtin {
	return append(table, ModuleInfo(onlyBuiltins...)...)
}

// ModuleInfo makes module_info/0,1 for modules of which nothing is code.
func ModuleInfo(modules ...string) (table []vm.Builtin) {
	for _, m := range modules {
		name := term.Atom(m)
		table = append(table,
			vm.Builtin{Module: m, Name: "module_info", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term {
				return builtinInfo(c, name, nil)
			}},
			vm.Builtin{Module: m, Name: "module_info", Arity: 1, Fn: func(c *vm.Context, args []term.Term) term.Term {
				return builtinInfo(c, name, args)
			}})
	}
	return table
}

// Reductions for work that grows.
const (
	cellsPerReduction = 10
	bytesPerReduction = 200
)

func chargeCells(c *vm.Context, n int) { c.Charge(n / cellsPerReduction) }
func chargeBytes(c *vm.Context, n int) { c.Charge(n / bytesPerReduction) }

// elements returns the elements of a proper list; ok is false for anything
// else.
func elements(c *vm.Context, t term.Term) (elems []term.Term, ok bool) {
	for ; t.IsCons(); t = t.Tail() {
		elems = append(elems, t.Head())
	}
	chargeCells(c, len(elems))
	return elems, t == term.Nil
}

// listLength returns the length of a proper list; ok is false for anything
// else.
func listLength(t term.Term) (n int, ok bool) {
	for ; t.IsCons(); t = t.Tail() {
		n++
	}
	return n, t == term.Nil
}

// cellsLeft reports whether there may be so many more list cells; when not, a
// built-in raises :system_limit.
func cellsLeft(c *vm.Context, n int) bool { return n <= 1<<36 && c.MemoryLeft(16*n) }

// number returns an integer argument that fits an int.
func number(t term.Term) (int, bool) {
	if !t.IsInt() {
		return 0, false
	}
	return int(t.Int()), true
}

// natural returns an integer argument from 0 on.
func natural(t term.Term) (int, bool) {
	n, ok := number(t)
	return n, ok && n >= 0
}

func atom(name string) term.Term { return term.Atom(name) }

// binaryOf makes a binary of bytes that it may keep.
func stringList(c *vm.Context, s string, tail term.Term) term.Term {
	n := utf8.RuneCountInString(s)
	if n == 0 {
		return tail
	}
	a := c.Alloc(2 * n)
	first := a
	for _, r := range s {
		term.Store(a, term.Int(int64(r)))
		term.Store(a+8, term.ConsAt(a+16))
		a += 16
	}
	term.Store(a-8, tail)
	return term.ConsAt(first)
}

// listBuilder makes a list from its first element on.
type listBuilder struct {
	m     term.Allocator
	first term.Term
	last  term.Addr
}

func newList(m term.Allocator) listBuilder { return listBuilder{m: m, first: term.Nil} }

func (l *listBuilder) add(t term.Term) {
	a := l.m.Alloc(2)
	term.Store(a, t)
	term.Store(a+8, term.Nil)
	if l.last == 0 {
		l.first = term.ConsAt(a)
	} else {
		term.Store(l.last+8, term.ConsAt(a))
	}
	l.last = a
}

func (l *listBuilder) list() term.Term { return l.first }

// pair makes {a, b}.
func pair(c *vm.Context, a, b term.Term) term.Term { return term.Tuple(c, a, b) }
