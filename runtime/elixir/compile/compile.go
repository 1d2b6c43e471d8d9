// Package compile drives the stages of the compiler: what the expander has
// made of a source becomes modules of bytecode.
//
// It knows nothing of the machine. Whoever composes the system gives the
// expander a Host that loads what comes out of here.
package compile

import (
	"crypto/sha256"
	"fmt"

	"vivarium/runtime/elixir/expand"
	"vivarium/runtime/elixir/lower"
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// Module compiles a finished module.
func Module(def *expand.ModuleDef) (*code.Module, error) {
	return module(string(def.Name), def.File, def.Functions)
}

// Functions compiles functions under a module name of their own: macros of a
// module that is still open.
func Functions(name quoted.Atom, file string, functions []expand.Function) (*code.Module, error) {
	return module(string(name), file, functions)
}

// Unit compiles an expanded expression as the only function of a module. Its
// name is that of the function in stack traces: __FILE__ for the top level of
// a file or an evaluation, __MODULE__ for a module's body.
func Unit(name string, u *expand.Unit) (m *code.Module, function string, err error) {
	function = "__FILE__"
	if u.Module != quoted.Nil && u.Module != "" {
		function = "__MODULE__"
	}
	args := make([]quoted.Expr, len(u.Params))
	for i, p := range u.Params {
		args[i] = p
	}
	m, err = module(name, u.File, []expand.Function{{
		Name: quoted.Atom(function), Arity: len(args), Exported: true, Line: u.Line, File: u.File,
		Clauses: []expand.Clause{{Args: args, Body: u.Body}},
	}})
	return m, function, err
}

func module(name, file string, functions []expand.Function) (*code.Module, error) {
	out := make([]lower.Function, len(functions))
	for i, f := range functions {
		clauses := make([]lower.Clause, len(f.Clauses))
		for j, c := range f.Clauses {
			clauses[j] = lower.Clause{Meta: c.Meta, Args: c.Args, Guard: c.Guard, Body: c.Body}
		}
		out[i] = lower.Function{
			Name: string(f.Name), Arity: f.Arity, Exported: f.Exported,
			Line: f.Line, File: f.File, Clauses: clauses,
		}
	}
	m, err := lower.Module(name, file, out)
	if err != nil {
		return nil, fmt.Errorf("compiling %s: %w", name, err)
	}
	m.Hash = hash(m)
	return m, nil
}

// hash tells versions of a module apart: module_info's md5.
func hash(m *code.Module) [16]byte {
	h := sha256.New()
	fmt.Fprintln(h, m.Name, m.File)
	for _, w := range m.Code {
		_, _ = h.Write([]byte{byte(w), byte(w >> 8), byte(w >> 16), byte(w >> 24), byte(w >> 32), byte(w >> 40), byte(w >> 48), byte(w >> 56)})
	}
	for _, l := range m.Literals {
		_, _ = h.Write(l)
	}
	for _, r := range m.Relocs {
		fmt.Fprintln(h, r.Kind, r.Index, r.Name)
	}
	for _, i := range m.Imports {
		fmt.Fprintln(h, i.Module, i.Name, i.Arity)
	}
	return [16]byte(h.Sum(nil)[:16])
}
