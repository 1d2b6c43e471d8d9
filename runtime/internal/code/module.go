// Package code holds what the compiler makes and the machine runs: the
// instruction set, modules of relocatable code, their verifier, disassembler
// and the codec of images.
package code

import (
	"bytes"
	"slices"
)

// Module is a compiled module, not yet loaded: plain data, no terms.
type Module struct {
	Name string // "Elixir.Enum"
	File string // as in diagnostics and stack traces

	// Code is the code of all functions, one after the other. Words that
	// depend on the machine are zero and listed in Relocs.
	Code    []uint64
	Relocs  []Reloc
	Funcs   []Func
	Lambdas []Lambda
	Imports []MFA

	// Literals are terms in Erlang's external term format (with its leading
	// 131), put into the literal area when the module is loaded.
	Literals [][]byte

	// Files names the source files that Line entries speak of, when they are
	// not File: index 0 is File.
	Files []string

	// Clauses is what blame shows of the module: the heads of the clauses of its
	// functions, one a line (see expand.Heads). Empty when nothing is kept.
	Clauses string

	// Hash is set by the compiler from the source, for module_info and for
	// telling images apart.
	Hash [16]byte
}

// SameCode reports whether two versions of a module do the same: they differ at
// most in the lines that their code comes from.
func (m *Module) SameCode(other *Module) bool {
	sameFunc := func(a, b Func) bool {
		return a.Name == b.Name && a.Arity == b.Arity && a.Exported == b.Exported && a.Entry == b.Entry && a.End == b.End &&
			a.Frame == b.Frame && slices.Equal(a.Handlers, b.Handlers)
	}
	return m.Name == other.Name && slices.Equal(m.Code, other.Code) && slices.Equal(m.Relocs, other.Relocs) &&
		slices.EqualFunc(m.Funcs, other.Funcs, sameFunc) && slices.Equal(m.Lambdas, other.Lambdas) &&
		slices.Equal(m.Imports, other.Imports) && slices.EqualFunc(m.Literals, other.Literals, bytes.Equal)
}

// RelocKind says what the loader puts into a word.
type RelocKind uint8

// The kinds of relocations. Index counts in the table named.
const (
	RelocAtom    RelocKind = iota // the atom of Module.Atoms... see Reloc.Name
	RelocLiteral                  // Module.Literals
	RelocImport                   // Module.Imports, extension shape X
	RelocBif                      // Module.Imports, extension shape B: only the low 32 bits are set
	RelocLambda                   // Module.Lambdas
)

// Reloc is a word of code that the loader fills in.
type Reloc struct {
	PC    int // word in Module.Code
	Kind  RelocKind
	Index int    // in the table that Kind names
	Name  string // the atom's text, for RelocAtom
}

// Func is a function of a module.
type Func struct {
	Name     string
	Arity    int // free variables not counted
	Exported bool
	Entry    int // word in Module.Code of its OpEnter
	End      int // word after its last
	Frame    int // registers in its frame
	Lines    []Line
	Handlers []Handler
}

// Line says from which source line the code from PC on comes.
type Line struct {
	PC   int
	Line int
	File int // in Module.Files
}

// Handler is a stretch of code whose exceptions go to Target. An exception at
// word pc is covered when Start <= pc < End; for a frame below, pc is the word
// of its call instruction. The first handler in the list that covers pc
// counts, so inner ones stand before outer ones.
//
// At Target, r[Reg] holds the class (:error, :exit, :throw), r[Reg+1] the
// reason, r[Reg+2] the raw stack trace (OpTrace makes it a list; OpRaise takes
// it as it is).
type Handler struct {
	Start, End, Target int
	Reg                int
}

// Lambda is an anonymous function or local capture.
type Lambda struct {
	Func  int // in Module.Funcs
	Arity int
	Free  int // free variables
}

// MFA names a function.
type MFA struct {
	Module, Name string
	Arity        int
}
