package system

import (
	"errors"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/code"
	"vivarium/runtime/internal/heap"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// reader evaluates what a viewer types beside a run: terms and patterns, in
// Elixir. It is a system of its own, so that nothing of it shows in the run or
// changes it; it has the run's modules. See Vivarium.Reader.
type reader struct {
	sys    *System
	of     *System // the run's
	known  int     // how many modules the run had
	answer heap.Parcel
	said   bool
}

// readerWork bounds what reading may take, in reductions: much for a term, and
// far less than a viewer would wait for.
const readerWork = 20_000_000

var (
	errSlow = errors.New("it takes too long")
	errLive = errors.New("functions, references and ports of another machine cannot be used here")
)

// newReader makes a reader for a run as it is now.
func newReader(of *System) (*reader, error) {
	r := &reader{of: of, known: len(of.compiled)}
	s, err := New(Config{Machine: vm.Config{
		Schedulers: 1, MaxProcesses: 1 << 10, MaxHeapWords: 4 << 20, MaxMemory: 64 << 20, Builtins: r.builtins(),
	}})
	if err != nil {
		return nil, err
	}
	s.lender = of
	r.sys = s
	return r, nil
}

// builtins are what Vivarium.Reader stands on:
//
//	answer(term)  for the host
//	pid(number)   of a process of the run, or nil
func (r *reader) builtins() []vm.Builtin {
	return []vm.Builtin{
		{Module: "vivarium_reader", Name: "answer", Arity: 1, Fn: func(_ *vm.Context, args []term.Term) term.Term {
			space := r.sys.Machine.Space()
			space.Drop(r.answer)
			r.answer, r.said = space.Pack(args[0]), true
			return term.AtomOk
		}},
		{Module: "vivarium_reader", Name: "pid", Arity: 1, Fn: func(_ *vm.Context, args []term.Term) term.Term {
			if n := args[0]; n.IsInt() && n.Int() > 0 {
				if pid, ok := r.of.Machine.ProcessNumbered(uint64(n.Int())); ok {
					return pid
				}
			}
			return term.AtomNil
		}},
	}
}

// ask runs a function of Vivarium.Reader until it has answered.
func (r *reader) ask(function, source string) (answer, pid term.Term, err error) {
	pid, ok := r.sys.Machine.Start(term.Atom("Elixir.Vivarium.Reader"), term.Atom(function), func(a term.Allocator) []term.Term {
		return []term.Term{r.sys.conv.term(a, quoted.Str(source))}
	})
	if !ok {
		return 0, pid, errSlow
	}
	pair, err := r.wait(readerWork)
	if err != nil {
		r.sys.Machine.Kill(pid, term.AtomKill)
		return 0, pid, err
	}
	if pair.Word(0) == term.AtomError {
		return 0, pid, errors.New(text(r.sys.conv.expr(pair.Word(1))))
	}
	return pair.Word(1), pid, nil
}

// wait runs the reader until it answers. The answer is valid until the next.
func (r *reader) wait(work int64) (term.Term, error) {
	r.said = false
	for work > 0 && !r.said {
		st := r.sys.Machine.Run(min(work, 200_000))
		work -= max(st.Spent, 1)
		if st.Idle || st.Halted {
			break
		}
	}
	if !r.said {
		return 0, errSlow
	}
	return r.answer.Term, nil
}

// term reads a term; the result builds it for the run. It may name living
// processes of the run, and nothing else that belongs to a machine.
func (r *reader) term(source string) (func(a term.Allocator) term.Term, error) {
	t, _, err := r.ask("term", source)
	if err != nil {
		return nil, err
	}
	c := carrier{pids: r.of.Machine.IsAlive}
	c.carry(&scrap{}, t)
	if c.foreign {
		return nil, errLive
	}
	return func(a term.Allocator) term.Term { return c.carry(a, t) }, nil
}

func (r *reader) close() { r.sys.Machine.Close() }

// matcher tells which messages match a pattern. A pattern may name structs that
// the program defines later, so one that does not compile is tried again when
// there are more modules.
type matcher struct {
	source string
	of     *System
	reader *reader
	pid    term.Term
	err    error
	known  int
}

var atomMatch = term.Atom("match")

// maxMatched bounds the words of a message that is matched: it is copied.
const maxMatched = 1 << 16

// matchWork bounds what matching one message may take, in reductions.
const matchWork = 1_000_000

func newMatcher(of *System, source string) *matcher {
	m := &matcher{of: of, source: source}
	m.compile()
	return m
}

func (m *matcher) compile() {
	m.close()
	m.known = len(m.of.compiled)
	if m.reader, m.err = newReader(m.of); m.err == nil {
		_, m.pid, m.err = m.reader.ask("pattern", m.source)
	}
}

// matches reports whether a message, a term of the run, matches.
func (m *matcher) matches(message term.Term, words int) bool {
	if m.err != nil && m.known != len(m.of.compiled) {
		m.compile()
	}
	if m.err != nil || words > maxMatched {
		return false
	}
	ok := m.reader.sys.Machine.Post(m.pid, func(a term.Allocator) term.Term {
		return term.Tuple(a, atomMatch, (&carrier{}).carry(a, message))
	})
	if !ok {
		return false
	}
	answer, err := m.reader.wait(matchWork)
	return err == nil && answer == term.True
}

func (m *matcher) close() {
	if m.reader != nil {
		m.reader.close()
		m.reader = nil
	}
}

// carrier copies a term from one machine to another.
type carrier struct {
	pids    func(term.Term) bool // which may be carried; nil for all, and references
	foreign bool                 // there was what could not be carried; it became an atom
	depth   int
}

var atomForeign = term.Atom("vivarium foreign")

func (c *carrier) carry(a term.Allocator, t term.Term) term.Term {
	switch {
	case t.IsPid() && c.pids != nil && !c.pids(t), c.depth > maxDepth:
		c.foreign = true
		return atomForeign
	case !t.IsPointer():
		return t
	}
	c.depth++
	defer func() { c.depth-- }()
	switch {
	case t.IsCons():
		var elems []term.Term
		for ; t.IsCons(); t = t.Tail() {
			elems = append(elems, c.carry(a, t.Head()))
		}
		return term.ListOnto(a, c.carry(a, t), elems...)
	case t.IsTuple():
		elems := make([]term.Term, t.TupleSize())
		for i := range elems {
			elems[i] = c.carry(a, t.Word(i))
		}
		return term.Tuple(a, elems...)
	case t.IsMap():
		pairs := term.SortedMapPairs(t)
		for i := range pairs {
			pairs[i] = c.carry(a, pairs[i])
		}
		return term.MapFromPairs(a, pairs)
	case t.IsBits():
		data, offset, size := t.Bits()
		return term.NewBitstring(a, term.CopyBits(data, offset, size), size)
	case t.IsFloat():
		return term.Float(a, t.Float())
	case t.IsInteger():
		return term.FromBig(a, term.ToBig(t))
	case t.IsRef() && c.pids == nil:
		return term.Ref(a, t.RefID(), 0)
	}
	c.foreign = true
	return atomForeign
}

// scrap allocates what nobody keeps.
type scrap struct{ chunks [][]uint64 }

// Alloc implements term.Allocator.
func (s *scrap) Alloc(words int) term.Addr {
	w := make([]uint64, words)
	s.chunks = append(s.chunks, w)
	return code.Address(w, 0)
}
