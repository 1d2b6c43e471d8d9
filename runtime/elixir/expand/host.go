package expand

import (
	"vivarium/runtime/diag"
	"vivarium/runtime/elixir/quoted"
)

// NameArity names a function or macro of a module.
type NameArity struct {
	Name  quoted.Atom
	Arity int
}

// Exception is an Elixir exception on its way through the compiler.
type Exception struct {
	Class  quoted.Atom // error, throw or exit
	Reason quoted.Expr
	// Stack is the stack trace as a list of entries. Nil means that of the
	// place where the host raises it.
	Stack quoted.Expr
	// Raw is what the host needs to raise its own exception again unchanged;
	// nil for one made by the compiler.
	Raw any
}

// Host is what a Compiler asks of the machine and process it works for.
type Host interface {
	// Call applies an exported function in the compiling process.
	Call(module, function quoted.Atom, args []quoted.Expr) (quoted.Expr, *Exception)
	// Eval runs an expanded expression in the compiling process and returns
	// the value of its body.
	Eval(unit *Unit) (quoted.Expr, *Exception)
	// Loaded reports whether a module is loaded, loading it if it is known.
	// With wait, a module that another process compiles now is waited for.
	Loaded(module quoted.Atom, wait bool) bool
	// Exported reports whether a loaded module exports a function.
	Exported(module, function quoted.Atom, arity int) bool
	// Functions and Macros are the tables of a loaded module's __info__, in
	// order; ok is false when the module has no __info__. Functions then gives
	// its exports.
	Functions(module quoted.Atom) (list []NameArity, ok bool)
	Macros(module quoted.Atom) (list []NameArity, ok bool)
	// Load compiles and loads a module, replacing one of that name, and
	// returns the term that stands for its object code.
	Load(def *ModuleDef) (quoted.Expr, *Exception)
	// LoadTemporary compiles functions under a fresh module name, for the
	// macros of a module that is still open.
	LoadTemporary(module quoted.Atom, file string, functions []Function) (quoted.Atom, *Exception)
	// Unload removes a module whose definition failed after it was loaded, or
	// a temporary one.
	Unload(module quoted.Atom)
	// Diagnose shows a warning or an error.
	Diagnose(d *diag.Diagnostic)
	// UniqueInteger is :erlang.unique_integer/0.
	UniqueInteger() quoted.Expr
	// Option returns a compiler option (see Code.compiler options), or nil.
	Option(name quoted.Atom) quoted.Expr
	// Describe tells what an opaque term is.
	Describe(o *quoted.Opaque) OpaqueInfo
	// Worked is told that so many nodes have been expanded.
	Worked(nodes int)
	// Available announces that a module ("module") or its struct ("struct") is
	// there now, to those who wait for it.
	Available(kind, module quoted.Atom)
	// Process identifies the compiling process.
	Process() any
	// Postpone keeps checks that need all modules of a compilation of several
	// files until these are there, and reports whether it did.
	Postpone(checks func(*Compiler) *Exception) bool
}

// OpaqueKind tells apart the terms without a literal form.
type OpaqueKind uint8

// The kinds of opaque terms.
const (
	OtherOpaque OpaqueKind = iota
	PidOpaque
	ExternalFunOpaque // &Module.Name/Arity
	FunOpaque
)

// OpaqueInfo describes an opaque term.
type OpaqueInfo struct {
	Kind   OpaqueKind
	Module quoted.Atom
	Name   quoted.Atom
	Arity  int
}

// Unit is an expanded expression to run: a file's top level, a module body, a
// hook or an evaluation.
type Unit struct {
	Module quoted.Atom // the module whose body it is, or nil's Atom
	File   string
	Line   int
	Params []*quoted.Node // variables with a version that the body may use
	Args   []quoted.Expr  // their values
	Body   quoted.Expr
	// Evaluated is set for what Code.eval_string and the like were given, not
	// for a file or the body of a module.
	Evaluated bool
}

// Function is a function of a module, ready for lowering. The versions of its
// variables are unique within the function.
type Function struct {
	Name     quoted.Atom // macros are MACRO-name, with the caller as first argument
	Arity    int
	Exported bool
	Line     int
	File     string
	Clauses  []Clause
}

// Clause is a clause of a function, expanded.
type Clause struct {
	Meta  quoted.Meta
	Args  []quoted.Expr
	Guard quoted.Expr // nil, or guards joined by when
	Body  quoted.Expr
}

// ModuleDef is a finished module.
type ModuleDef struct {
	Name       quoted.Atom
	File       string
	Line       int
	Functions  []Function // with __info__/1, module_info/0,1 and behaviour_info/1
	Unused     []Function // private ones that nothing calls: checked, but not compiled
	Attributes []quoted.MetaEntry
	OnLoad     *NameArity
	// Docs makes what Code.fetch_docs gives: {:docs_v1, ...}. Nil when the
	// module's documentation is not kept.
	Docs  func(c *Compiler) quoted.Expr
	Types *TypeSpecs // nil when there are none
}
