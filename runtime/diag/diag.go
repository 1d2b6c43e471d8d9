// Package diag holds source positions and diagnostics as data, and renders
// them with the snippet of source they speak of.
package diag

// Severity says how bad a diagnostic is.
type Severity uint8

// The severities.
const (
	Error Severity = iota
	Warning
)

// Pos is a place in a source file. Line and Column count from 1, columns in
// characters (code points); 0 means unknown.
type Pos struct {
	File   string
	Line   int
	Column int
}

// Diagnostic is an error or a warning as data.
type Diagnostic struct {
	Severity Severity
	Kind     string // the exception raised: "CompileError", "SyntaxError", "TokenMissingError", "MismatchedDelimiterError" ...; "" for a warning
	Message  string // as Elixir words it, without position or snippet
	Pos      Pos
	EndPos   Pos    // the end of what is meant, or zero
	Module   string // the module being compiled, "" at top level
	Function string // "name/arity", or ""; without a module the place itself: "(file)"
	// Fields are further fields of the exception, for MismatchedDelimiterError
	// and TokenMissingError, by their names in the struct.
	Fields map[string]any
	// Others are further places that the message is about, listed after the
	// first.
	Others []*Diagnostic
	// Stack is a stack trace, a line for each frame: shown below a diagnostic
	// that has no file.
	Stack []string
	// Above stands between the message and the snippet, when there is one.
	Above string
}

// Error makes a Diagnostic an error value, so that the stages of the compiler
// can panic with it and return it.
func (d *Diagnostic) Error() string { return d.Message }
