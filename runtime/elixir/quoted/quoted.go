// Package quoted holds Elixir's quoted expressions as Go values: what the
// parser gives, macros take and return, and the expander rewrites.
//
// Values are immutable once handed on: a change makes a new node. Every
// Erlang term has a form here; terms without a literal form of their own
// (pids, ports, references, functions) are carried as Opaque.
//
// The shapes are Elixir's: see the page "Syntax reference" of its
// documentation. A three-element tuple whose second element is a keyword list
// is a *Node; any other tuple is a Tuple.
package quoted

import "math/big"

// Expr is one of Atom, Int, *Big, Float, Str, *Bits, List, *Cons, Tuple, *Map,
// *Node, *Opaque.
type Expr interface{ quoted() }

// Atom is an atom by its text; aliases are atoms with the prefix "Elixir.".
type Atom string

// Int is an integer that fits 64 bits; any other is a *Big.
type Int int64

// Big is an integer that does not fit 64 bits.
type Big struct{ big.Int }

// Float is a float, always finite.
type Float float64

// Str is a binary.
type Str string

// Bits is a bitstring that is not a binary: Size bits, in Data from the
// highest bit of each byte on.
type Bits struct {
	Data []byte
	Size int
}

// List is a proper list; the empty list is List{} or List(nil).
type List []Expr

// Cons is an improper list: the elements, then a tail that is no list.
type Cons struct {
	Elems []Expr
	Tail  Expr
}

// Tuple is a tuple that is not a Node.
type Tuple []Expr

// Map is a map, its pairs in Erlang's term order of the keys.
type Map struct{ Pairs []Pair }

// Pair is a pair of a map.
type Pair struct{ Key, Value Expr }

// Node is {Head, Meta, Args}: a variable when Args is an Atom (or, after
// expansion, still an Atom), a call when it is a List.
type Node struct {
	Head Expr
	Meta Meta
	Args Expr
}

// Opaque is a term without a literal form. Term is its word (package term),
// kept in the literal area, so that it stays valid while the compiler runs.
type Opaque struct{ Term uint64 }

func (Atom) quoted()    {}
func (Int) quoted()     {}
func (*Big) quoted()    {}
func (Float) quoted()   {}
func (Str) quoted()     {}
func (*Bits) quoted()   {}
func (List) quoted()    {}
func (*Cons) quoted()   {}
func (Tuple) quoted()   {}
func (*Map) quoted()    {}
func (*Node) quoted()   {}
func (*Opaque) quoted() {}

// Meta is the metadata of a node: a keyword list.
type Meta []MetaEntry

// MetaEntry is an entry of the metadata.
type MetaEntry struct {
	Key   Atom
	Value Expr
}

// Get returns the value of a key, or nil.
func (m Meta) Get(key Atom) Expr {
	for i := range m {
		if m[i].Key == key {
			return m[i].Value
		}
	}
	return nil
}

// Has reports whether the key is there.
func (m Meta) Has(key Atom) bool { return m.Get(key) != nil }

// Int returns the integer under a key, or 0.
func (m Meta) Int(key Atom) int {
	if i, ok := m.Get(key).(Int); ok {
		return int(i)
	}
	return 0
}

// Line returns the line, or 0.
func (m Meta) Line() int { return m.Int("line") }

// Column returns the column, or 0.
func (m Meta) Column() int { return m.Int("column") }

// Put returns the metadata with a key set, in front when it is new.
func (m Meta) Put(key Atom, value Expr) Meta {
	out := make(Meta, 0, len(m)+1)
	if !m.Has(key) {
		out = append(out, MetaEntry{key, value})
	}
	for _, e := range m {
		if e.Key == key {
			e.Value = value
		}
		out = append(out, e)
	}
	return out
}

// Delete returns the metadata without a key.
func (m Meta) Delete(key Atom) Meta {
	if !m.Has(key) {
		return m
	}
	out := make(Meta, 0, len(m))
	for _, e := range m {
		if e.Key != key {
			out = append(out, e)
		}
	}
	return out
}

// Call makes the node of a local call, an operator or a special form.
func Call(name Atom, meta Meta, args ...Expr) *Node {
	return &Node{Head: name, Meta: meta, Args: List(args)}
}

// Var makes the node of a variable; context is nil's Atom or a module.
func Var(name Atom, meta Meta, context Atom) *Node {
	return &Node{Head: name, Meta: meta, Args: context}
}

// Dot makes the node of a remote call: {{:., meta, [left, name]}, meta, args}.
func Dot(left Expr, name Atom, meta Meta, args ...Expr) *Node {
	return &Node{Head: Call(".", meta, left, name), Meta: meta, Args: List(args)}
}

// Block makes a __block__ node.
func Block(meta Meta, exprs ...Expr) *Node { return Call("__block__", meta, exprs...) }

// True, False and Nil are atoms that the code often speaks of.
const (
	True  = Atom("true")
	False = Atom("false")
	Nil   = Atom("nil")
)

// Bool makes true or false.
func Bool(b bool) Atom {
	if b {
		return True
	}
	return False
}

// IsCall reports whether an expression is a local call (or operator, or
// special form) of a name, and returns its node and arguments.
func IsCall(e Expr, name Atom) (*Node, List, bool) {
	n, ok := e.(*Node)
	if !ok || n.Head != Expr(name) {
		return nil, nil, false
	}
	args, ok := n.Args.(List)
	return n, args, ok
}

// IsVar reports whether an expression is a variable, and returns its name and
// context.
func IsVar(e Expr) (n *Node, name, context Atom, ok bool) {
	n, ok = e.(*Node)
	if !ok {
		return nil, "", "", false
	}
	name, ok1 := n.Head.(Atom)
	context, ok2 := n.Args.(Atom)
	return n, name, context, ok1 && ok2
}

// Pairs returns the pairs of a keyword list; ok is false when the expression
// is not a proper list of pairs with atom keys.
func Pairs(e Expr) (pairs []MetaEntry, ok bool) {
	list, ok := e.(List)
	if !ok {
		return nil, false
	}
	pairs = make([]MetaEntry, 0, len(list))
	for _, x := range list {
		t, ok := x.(Tuple)
		if !ok || len(t) != 2 {
			return nil, false
		}
		k, ok := t[0].(Atom)
		if !ok {
			return nil, false
		}
		pairs = append(pairs, MetaEntry{k, t[1]})
	}
	return pairs, true
}

// Keyword makes a keyword list.
func Keyword(pairs ...MetaEntry) List {
	out := make(List, len(pairs))
	for i, p := range pairs {
		out[i] = Tuple{p.Key, p.Value}
	}
	return out
}
