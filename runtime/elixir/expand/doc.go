// Package expand turns quoted expressions into expanded ones: it resolves
// aliases, imports and macros, checks and numbers variables, rewrites the
// special forms to their canonical shape, and keeps the modules that are being
// defined.
//
// A Compiler works for one process of the machine. It never runs Elixir code
// itself: macros, __struct__ functions and module bodies are called through
// its Host, in the process that compiles. What Elixir keeps in tables of the
// code server (open modules, their attributes and definitions) lives in a
// Session, which all Compilers of one machine share.
//
// An expander holds what changes while one expression is expanded: the
// environment (Env, immutable, replaced as a whole) and the state of the
// variables. Clauses and arguments save and restore parts of it; see state.go.
//
// Errors that the user sees are given to Host.Diagnose at once. Those that
// concern one function only taint the module being defined, so that all of
// them are shown; others, and the end of a tainted module, raise CompileError.
// Inside the package an Elixir exception travels as a panic with *Exception,
// recovered where a Compiler is entered (see try).
package expand
