// Package pcre matches Perl-compatible regular expressions, as PCRE2 does for
// Erlang's re and Elixir's Regex.
//
// A pattern is parsed to a tree of nodes (parse.go), compiled to a program
// (compile.go), and run by a backtracking machine (match.go). There is no
// automaton and no start optimisation: what a program does is what the manual
// page pcre2pattern says, step by step, and every step is counted, so that a
// pattern that explodes ends with ErrMatchLimit after the same number of steps
// everywhere, not after some time.
//
// Subjects are bytes; with Unicode they must be UTF-8, and a character is a
// code point, else a byte. Offsets are always in bytes.
//
// Missing are callouts, backtracking verbs other than (*FAIL) and (*ACCEPT),
// and \X takes a character with the marks after it.
package pcre

// Options change how a pattern is read or matched; see pcre2api.
type Options uint32

// The options.
const (
	Anchored Options = 1 << iota
	Caseless
	DollarEndOnly
	DotAll
	Extended
	FirstLine
	Multiline
	NoAutoCapture
	DupNames
	Ungreedy
	Unicode
	UCP // \w, \d and so on go by Unicode properties

	// Only for Match.
	NotBOL
	NotEOL
	NotEmpty
	NotEmptyAtStart
)

// Newline is the convention for the ends of lines.
type Newline uint8

// The conventions for the ends of lines.
const (
	NewlineLF Newline = iota
	NewlineCR
	NewlineCRLF
	NewlineAnyCRLF
	NewlineAny
)

// Error is why a pattern is none, with PCRE2's words and the byte in it.
type Error struct {
	Text   string
	Offset int
}

func (e *Error) Error() string { return e.Text }
