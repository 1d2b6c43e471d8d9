// Package token holds the scanner of Elixir source: text in, tokens out.
//
// The scanner knows what Elixir's grammar leaves to it: whether an identifier
// is followed by a parenthesis, a bracket or a do; whether a sign after a
// space begins an argument; how many newlines stood before an operator; that
// delimiters pair up. The whole source is scanned before it is parsed, so the
// first error of the scanner wins over any error of the parser.
//
// Lines and columns count from 1. A column counts code points, except within
// strings, where it counts grapheme clusters, as Elixir does.
package token

import "vivarium/runtime/elixir/quoted"

// Kind is the kind of a token.
type Kind uint8

// The kinds of tokens. The names are those of Elixir's own tokenizer, since
// some of them show in error messages; see kindNames.
const (
	EOF Kind = iota
	EOL
	Semicolon
	Comma
	Dot
	DotCallOp // the dot of fun.(...)
	Identifier
	ParenIdentifier   // identifier with ( right behind it
	BracketIdentifier // identifier with [ right behind it
	DoIdentifier      // identifier before do
	OpIdentifier      // identifier, space, sign, no space: foo -1
	BlockIdentifier   // after, else, catch, rescue
	KwIdentifier      // foo: or "foo":
	KwIdentifierSafe  // "foo#{x}": with existing atoms only
	KwIdentifierUnsafe
	Alias
	Atom
	AtomQuoted
	AtomSafe // :"foo#{x}" with existing atoms only
	AtomUnsafe
	Int
	Flt
	Char
	BinString
	ListString
	BinHeredoc
	ListHeredoc
	Sigil
	Fn
	End
	Do
	True
	False
	Nil
	LParen
	RParen
	LBracket
	RBracket
	LCurly
	RCurly
	LBit
	RBit
	MapOp   // the %{} before the { of a map
	Percent // the % of a struct
	CompOp
	AtOp
	UnaryOp
	AndOp
	OrOp
	ArrowOp
	MatchOp
	InOp
	InMatchOp
	EllipsisOp
	TypeOp
	DualOp
	MultOp
	PowerOp
	ConcatOp
	RangeOp
	XorOp
	PipeOp
	StabOp
	WhenOp
	CaptureInt // the & of &1
	CaptureOp
	AssocOp
	RelOp
	TernaryOp
	kindCount
)

var kindNames = [kindCount]string{
	EOF: "$end", EOL: "eol", Semicolon: ";", Comma: ",", Dot: ".", DotCallOp: "dot_call_op",
	Identifier: "identifier", ParenIdentifier: "paren_identifier", BracketIdentifier: "bracket_identifier",
	DoIdentifier: "do_identifier", OpIdentifier: "op_identifier", BlockIdentifier: "block_identifier",
	KwIdentifier: "kw_identifier", KwIdentifierSafe: "kw_identifier_safe", KwIdentifierUnsafe: "kw_identifier_unsafe",
	Alias: "alias", Atom: "atom", AtomQuoted: "atom_quoted", AtomSafe: "atom_safe", AtomUnsafe: "atom_unsafe",
	Int: "int", Flt: "flt", Char: "char", BinString: "bin_string", ListString: "list_string",
	BinHeredoc: "bin_heredoc", ListHeredoc: "list_heredoc", Sigil: "sigil",
	Fn: "fn", End: "end", Do: "do", True: "true", False: "false", Nil: "nil",
	LParen: "(", RParen: ")", LBracket: "[", RBracket: "]", LCurly: "{", RCurly: "}", LBit: "<<", RBit: ">>",
	MapOp: "%{}", Percent: "%",
	CompOp: "comp_op", AtOp: "at_op", UnaryOp: "unary_op", AndOp: "and_op", OrOp: "or_op", ArrowOp: "arrow_op",
	MatchOp: "match_op", InOp: "in_op", InMatchOp: "in_match_op", EllipsisOp: "ellipsis_op", TypeOp: "type_op",
	DualOp: "dual_op", MultOp: "mult_op", PowerOp: "power_op", ConcatOp: "concat_op", RangeOp: "range_op",
	XorOp: "xor_op", PipeOp: "pipe_op", StabOp: "stab_op", WhenOp: "when_op", CaptureInt: "capture_int",
	CaptureOp: "capture_op", AssocOp: "assoc_op", RelOp: "rel_op", TernaryOp: "ternary_op",
}

// String returns the name of the kind in Elixir's tokenizer.
func (k Kind) String() string {
	if k < kindCount {
		return kindNames[k]
	}
	return "unknown"
}

// Token is a token. Which fields are filled depends on its kind.
type Token struct {
	Kind Kind
	// Delim is the quote around the name of a quoted keyword, atom or call.
	Delim byte
	Line  int32
	Col   int32
	// Newlines counts the newlines an end of line, a comma or a semicolon
	// stands for, or those before an operator or a closing delimiter.
	Newlines int32
	// Text is the name of an identifier, atom, alias, keyword or operator, or
	// a number or character as it was written.
	Text string
	// Value is the value of a number or character, or what the encoder of
	// atoms made of the name; nil otherwise.
	Value quoted.Expr
	// Lit holds what only strings, sigils and "not in" have.
	Lit *Literal
}

// Literal is the content of a string, a heredoc, a sigil, or of a quoted atom
// or keyword with interpolation.
type Literal struct {
	Parts []Part
	// Indent is the indentation of a heredoc, or -1.
	Indent    int
	Modifiers string
	Delimiter string
	// Line and Col are the place of the in of a "not in", or of the end of a
	// sigil.
	Line, Col int32
	// Cursor says where the cursor is within a sigil, or is 0.
	Cursor uint8
}

// Part is a piece of a string: text, or the tokens of an interpolation.
type Part struct {
	Text     string
	IsInterp bool
	Tokens   []Token
	// The place of #{ and of its }.
	Line, Col, EndLine, EndCol int32
}

// Warning is what the scanner warns of. Column is 0 when only the line is
// known.
type Warning struct {
	Line, Column int
	Message      string
}

// Comment is a comment, for the formatter.
type Comment struct {
	Line, Column int
	// PreviousEOL and NextEOL count the newlines before and after it.
	PreviousEOL, NextEOL int
	Text                 string
}

// Error is an error of the scanner or parser, in the form in which
// Code.string_to_quoted/2 returns it. Scanner and parser panic with it.
type Error struct {
	Line, Column int
	// Delimiters of an error that speaks of two places.
	EndLine, EndColumn         int
	Opening, Closing, Expected string
	// Message comes before Token; Suffix, when HasSuffix, behind it.
	Message, Suffix string
	HasSuffix       bool
	Token           string
}

// Error makes it an error value.
func (e *Error) Error() string { return e.Message + e.Token + e.Suffix }
