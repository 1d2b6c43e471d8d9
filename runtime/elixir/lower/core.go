package lower

import (
	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
)

// The core form: what the expanded form becomes before instructions are made.
//
// Variables are resolved (a variable is an object, bound once), constants are
// folded, functions are flat: closures name the variables they capture. Every
// node that does something has a position: positions grow in the order of
// evaluation, and the uses of a variable are positions, so the emitter knows
// at each place which variables are still wanted (see number and emitter).

// expr is a node of the core form: one of the pointer types below.
type expr interface {
	// endPos is the position at which the value is there; 0 for literals and
	// variables, which are evaluated by whoever uses them.
	endPos() int32
}

// variable is a variable of one function; a closure has its own for each one
// that it captures.
type variable struct {
	name string
	uses []int32 // positions, growing
	reg  int     // where it is, while it is
}

type (
	// lit is a constant.
	lit struct{ val quoted.Expr }

	// local is the use of a variable.
	local struct{ v *variable }

	// block evaluates its expressions; its value is the last one's.
	block struct {
		exprs []expr
		lines []int // of each, 0 where it has none; may be shorter
		end   int32
	}

	// match binds a pattern: `pat = value`.
	match struct {
		pat   pattern
		value expr
		line  int
		end   int32
	}

	// kase chooses a clause by its subjects' values.
	kase struct {
		subjects []expr
		tuple    bool // the subjects are the elements of the tuple in the source
		clauses  []*clause
		fail     failure
		line     int
		matched  int32 // position at which a clause has been chosen
		end      int32
	}

	// cond chooses by truth.
	cond struct {
		test      expr
		then, els expr
		fail      failure // what a test that is no boolean does; failTruthy: any value will do
		rare      bool    // els is, so its code stands aside
		line      int
		mid, end  int32
	}

	// call calls a function.
	call struct {
		kind   callKind
		fn     *function // callLocal
		module string    // callRemote
		name   string    // callRemote, callApply
		target expr      // callFun: the fun, callApply: the module
		fun    expr      // callApply: the function when it is a variable
		args   []expr
		line   int
		pos    int32
	}

	// prim is a built-in operation with an instruction.
	prim struct {
		p    *primitive
		args []expr
		line int
		pos  int32
	}

	// list is [elems... | tail].
	list struct {
		elems []expr
		tail  expr
		pos   int32
	}

	// tuple is a tuple.
	tuple struct {
		elems []expr
		pos   int32
	}

	// mapNew is a map of keys and values in turn.
	mapNew struct {
		kv  []expr
		pos int32
	}

	// mapUpdate is a map with pairs; exact: all keys must be there.
	mapUpdate struct {
		m     expr
		kv    []expr
		exact bool
		line  int
		pos   int32
	}

	// bits is a bitstring built from segments.
	bits struct {
		segs []segment
		line int
		pos  int32
	}

	// closure makes a fun.
	closure struct {
		fn   *function
		free []*variable // of the function around it
		pos  int32
	}

	// receive waits for a message.
	receive struct {
		k       *kase // its one subject is nil: the message
		timeout expr  // nil: for ever
		after   expr
		marks   []*variable // what every clause asks for: one may be a reference made just before
		line    int
		loop    int32 // position at which the mailbox is looked at
		end     int32
	}

	// try protects its body.
	try struct {
		body     expr
		handler  *kase // its three subjects are nil: class, reason, raw trace; nil without rescue and catch
		elseVar  *variable
		elseCase expr // over elseVar; nil without else
		after    expr // nil without after
		line     int
		bodyEnd  int32
		catchEnd int32
		elseEnd  int32
		end      int32
	}

	// stacktrace is the stack trace as a list of the raw one in a variable.
	stacktrace struct {
		raw *variable
		pos int32
	}

	// join evaluates body, in which jumpJoin leaves for handler.
	join struct {
		param   *variable
		body    expr
		handler expr
		bodyEnd int32
		end     int32

		label label
		reg   int
		used  bool
	}

	// field is map.name, or what it does when that is no field of a map: see
	// module.fieldHelper.
	field struct {
		target expr
		name   quoted.Atom
		line   int
		pos    int32
	}

	// slot is a variable that has been put into a tuple: see translator.spill.
	slot struct {
		tuple *variable
		index int
		pos   int32
	}

	// reraise raises a caught exception again.
	reraise struct {
		class, reason, raw *variable
		pos                int32
	}

	// raise raises an error of the instruction set's own.
	raise struct {
		kind code.ErrKind
		arg  expr
		line int
		pos  int32
	}
)

// clause is a clause of a kase: it is chosen when one of its heads matches.
type clause struct {
	heads      []*head
	body       expr
	line       int
	bodyLine   int // of what the body begins with, or 0
	start, end int32
}

// head is a way to choose a clause.
type head struct {
	pats   []pattern
	guards []expr // alternatives, none for no guard
	// used holds the variables that the guards use.
	used []*variable
}

// binding says in which register a clause's body has a variable.
type binding struct {
	v   *variable
	reg int
}

// failKind says what happens when no clause matches.
type failKind uint8

const (
	failErr    failKind = iota // raise an error of kind err with the subject
	failJoin                   // go to a join with the subject
	failRecv                   // look at the next message
	failRaise                  // raise the exception of the three subjects again
	failElse                   // raise {:else_clause, subject}
	failTruthy                 // only in cond: false and nil are false, the rest is true
	failValue                  // the subject is the value
)

// failure is what happens when no clause matches.
type failure struct {
	kind failKind
	err  code.ErrKind
	join *join
}

type callKind uint8

const (
	callLocal callKind = iota
	callRemote
	callFun
	callApply
)

// segment is a segment of a bitstring, built or matched.
type segment struct {
	value  expr    // built
	pat    pattern // matched
	typ    code.SegType
	size   expr // nil: default or all there is
	all    bool
	unit   int
	signed bool
	little bool
	text   string // of a literal: bytes as they are, when isText
	isText bool
}

// pattern is nil (anything) or one of the types below.
type pattern interface{}

type (
	// pvar binds a variable.
	pvar struct{ v *variable }
	// plit is a constant.
	plit struct{ val quoted.Expr }
	// ptuple is a tuple.
	ptuple struct{ elems []pattern }
	// pcons is a list cell.
	pcons struct{ head, tail pattern }
	// pmap is a map with keys.
	pmap struct {
		keys  []expr
		pats  []pattern
		known bool // known to be a map already
	}
	// pbits is a bitstring from its start on.
	pbits struct{ segs []segment }
	// psegs is the rest of a bitstring from a position on.
	psegs struct{ segs []segment }
	// peq is a value equal to another: a pin, or a variable seen before.
	peq struct {
		e   expr
		pin bool
	}
	// ptype is any value of a type.
	ptype struct{ typ code.Type }
	// palias is both patterns.
	palias struct{ left, right pattern }
)

// function is a function of the module: one that was defined, a lambda, or a
// helper that the compiler made.
type function struct {
	index    int
	name     string
	arity    int // arguments, without captured variables
	exported bool
	line     int
	file     int
	body     *kase

	// captured are the variables of the function around it, free its own ones
	// for them. A lambda takes them from its fun; a helper gets them as
	// arguments behind its own.
	captured, free []*variable
	lambda         bool
	lambdaIndex    int
}

func (*lit) endPos() int32          { return 0 }
func (*local) endPos() int32        { return 0 }
func (x *block) endPos() int32      { return x.end }
func (x *match) endPos() int32      { return x.end }
func (x *kase) endPos() int32       { return x.end }
func (x *cond) endPos() int32       { return x.end }
func (x *call) endPos() int32       { return x.pos }
func (x *prim) endPos() int32       { return x.pos }
func (x *list) endPos() int32       { return x.pos }
func (x *tuple) endPos() int32      { return x.pos }
func (x *mapNew) endPos() int32     { return x.pos }
func (x *mapUpdate) endPos() int32  { return x.pos }
func (x *bits) endPos() int32       { return x.pos }
func (x *closure) endPos() int32    { return x.pos }
func (x *receive) endPos() int32    { return x.end }
func (x *try) endPos() int32        { return x.end }
func (x *stacktrace) endPos() int32 { return x.pos }
func (x *join) endPos() int32       { return x.end }
func (x *raise) endPos() int32      { return x.pos }
func (x *reraise) endPos() int32    { return x.pos }
func (x *slot) endPos() int32       { return x.pos }
func (x *field) endPos() int32      { return x.pos }

// simple reports whether an expression needs no instruction of its own before
// it is used.
func simple(e expr) bool {
	switch e.(type) {
	case *lit, *local:
		return true
	}
	return false
}
