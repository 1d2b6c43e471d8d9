package format

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"vivarium/runtime/elixir/quoted"
)

// assoc is the side to which an operator groups.
type assoc uint8

const (
	leftAssoc assoc = iota
	rightAssoc
	nonAssoc
)

type opInfo struct {
	assoc assoc
	prec  int
}

var binaryOps = func() map[quoted.Atom]opInfo {
	m := map[quoted.Atom]opInfo{}
	add := func(a assoc, prec int, names string) {
		for _, s := range strings.Fields(names) {
			m[quoted.Atom(s)] = opInfo{a, prec}
		}
	}
	add(leftAssoc, 40, `<- \\`)
	add(rightAssoc, 50, "when")
	add(rightAssoc, 60, "::")
	add(rightAssoc, 70, "|")
	add(rightAssoc, 100, "=")
	add(leftAssoc, 120, "|| ||| or")
	add(leftAssoc, 130, "&& &&& and")
	add(leftAssoc, 140, "== != =~ === !==")
	add(leftAssoc, 150, "< <= >= >")
	add(leftAssoc, 160, "|> <<< >>> <~ ~> <<~ ~>> <~> <|>")
	add(leftAssoc, 170, "in")
	add(leftAssoc, 180, "^^^")
	add(rightAssoc, 190, "//")
	add(rightAssoc, 200, "++ -- .. <> +++ ---")
	add(leftAssoc, 210, "+ -")
	add(leftAssoc, 220, "* /")
	add(leftAssoc, 230, "**")
	add(leftAssoc, 310, ".")
	return m
}()

// binaryOp returns how a binary operator groups and binds. // counts as one,
// as the second half of ..//.
func binaryOp(name quoted.Atom) (assoc, int, bool) {
	i, ok := binaryOps[name]
	return i.assoc, i.prec, ok
}

func unaryOp(name quoted.Atom) (int, bool) {
	switch name {
	case "&", "...":
		return capturePrec, true
	case "!", "^", "not", "+", "-", "~~~":
		return 300, true
	case "@":
		return 320, true
	}
	return 0, false
}

const capturePrec = 90

// set makes a set of names.
func set(names string) map[quoted.Atom]bool {
	m := map[quoted.Atom]bool{}
	for _, s := range strings.Fields(names) {
		m[quoted.Atom(s)] = true
	}
	return m
}

var (
	// Operators without spaces around them.
	tightOps = set(".. //")
	// Operators that do not break.
	unbrokenOps = set(`\\ in`)
	// Operators that begin a line when they break: to the left (pipes) ...
	pipeOps = set("|> ~>> <<~ ~> <~ <~> <|>")
	// ... and to the right.
	leadingOps = set("| when")
	// Operators that are not mixed without parentheses.
	logicalOps = set("||| || or &&& && and")
	// Operators whose right side may begin on their line and break further on.
	fittingOps = set("<- == != =~ === !== < > <= >= = ::")
	// Operators with parentheses around even an operand of their own kind.
	strictOps = set("-- ---")
	// Operators with parentheses around operands of another kind.
	parensOps = set("<<< >>> |> <~ ~> <<~ ~>> <~> <|> in ^^^ // ++ -- +++ --- <> ..")
)

// localsWithoutParens names the functions called without parentheses, each
// with its arities; * stands for all.
const localsWithoutParens = `alias/1/2 case/2 cond/1 for/* import/1/2 quote/1/2 receive/1 require/1/2 try/1 with/*
def/1/2 defp/1/2 defguard/1 defguardp/1 defmacro/1/2 defmacrop/1/2 defmodule/2 defdelegate/2 defexception/1
defoverridable/1 defstruct/1 destructure/2 raise/1/2 reraise/2/3 if/2 unless/2 use/1/2
defrecord/2/3 defrecordp/2/3
assert/1/2 assert_in_delta/3/4 assert_raise/2/3 assert_receive/1/2/3 assert_received/1/2 doctest/1/2
refute/1/2 refute_in_delta/3/4 refute_receive/1/2/3 refute_received/1/2 setup/1/2 setup_all/1/2 test/1/2
config/2/3 import_config/1`

var localsTable = func() map[string]string {
	m := map[string]string{}
	for _, s := range strings.Fields(localsWithoutParens) {
		name, arities, _ := strings.Cut(s, "/")
		m[name] = arities
	}
	return m
}()

func localWithoutParens(name quoted.Atom, arity int, opts *Options) bool {
	if arity == 0 {
		return false
	}
	if a := localsTable[string(name)]; a == "*" || arity < 10 && strings.IndexByte(a, byte('0'+arity)) >= 0 {
		return true
	}
	for _, a := range opts.LocalsWithoutParens[string(name)] {
		if a == arity || a < 0 {
			return true
		}
	}
	return false
}

// escape escapes what cannot stand in a string as it is, other than quotes.
func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, w := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && w == 1 {
			fmt.Fprintf(&b, `\x%02X`, s[i])
			i++
			continue
		}
		switch {
		case r == '#' && i+1 < len(s) && s[i+1] == '{':
			b.WriteString(`\#`)
		case r < 0x80 || quoted.Printable(s[i:i+w]):
			if r < 32 && (r < 7 || r > 13) && r != 27 && r != 0 {
				fmt.Fprintf(&b, `\x%02X`, r)
			} else {
				b.WriteString(quoted.EscapeString(s[i:i+w], 0xFF))
			}
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02X`, r)
		default:
			fmt.Fprintf(&b, `\x{%X}`, r)
		}
		i += w
	}
	return b.String()
}

// callName writes the name of a remote call, between quotes when it must be.
func callName(a quoted.Atom) string {
	if quoted.ClassifyAtom(a) == quoted.AtomIdentifier {
		return string(a)
	}
	if _, ok := unaryOp(a); ok && a != "..." {
		return string(a)
	}
	if _, _, ok := binaryOp(a); ok && a != "." && a != ".." && a != "//" {
		return string(a)
	}
	return `"` + strings.ReplaceAll(string(a), `"`, `\"`) + `"`
}

// keyName writes the key of a keyword, with its colon. What had to be escaped
// is escaped already.
func keyName(a quoted.Atom) string {
	switch quoted.ClassifyAtom(a) {
	case quoted.AtomIdentifier, quoted.AtomUnquoted:
		return string(a) + ":"
	}
	return `"` + strings.ReplaceAll(string(a), `"`, `\"`) + `":`
}

// insertUnderscores groups the digits of a long number.
func insertUnderscores(s string) string {
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return "-" + insertUnderscores(rest)
	}
	if strings.Contains(s, "_") || len(s) < 6 {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte('_')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
