package system

import (
	"strings"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
	"vivarium/runtime/vm"
)

// Questions are what a program is asked after it has run: predictions, which
// the run decides, and a check in ExUnit's language. Both see the run through
// the functions of Vivarium.Run, and the check can use the program's modules and
// processes, too, since it runs on the same machine.
type Questions struct {
	Asks  []Ask
	Check string // the body of an ExUnit case; "" for none
	// Unwatched leaves the run without a trace: for a million processes. Then only
	// what was written can be asked for.
	Unwatched bool
	// Value asks for the value of the source, as a notebook shows it under a cell.
	Value bool
}

// Ask is an expression with patterns for its value.
type Ask struct {
	Expression string
	Patterns   []string // guards may follow
}

// Verdict is what came of the questions.
type Verdict struct {
	Answers []Answer
	Tests   []TestResult
	// Problem says why the check could not be run, "" when it was.
	Problem string
	// Value is what the source came to, as inspect shows it, "" when it did not
	// come to its end or was not asked for.
	Value string
}

// Answer is what an Ask came to.
type Answer struct {
	Choice  int    // index of the first pattern that matches, -1 for none
	Value   string // as inspect shows it
	Problem string // when the expression could not be evaluated
}

// TestResult is what one test came to.
type TestResult struct {
	Name  string
	State string // "passed", "failed", "skipped", "excluded" or "invalid"
	// Message is the author's message, or what ExUnit says of the failure.
	Message string
	// Code, Left and Right are the assertion and its sides, "" where there is none
	// such.
	Code, Left, Right string
}

// Outcome says how far a program came before it is asked.
type Outcome string

// The outcomes that a host can tell; a program that ended tells by itself.
const (
	OutcomeWaits   Outcome = "waits"   // everybody waits for a message that nobody can send
	OutcomeRunning Outcome = "running" // it was given no more time
)

// review is the part of a System that records a run and is asked about it.
type review struct {
	recorder *recorder
	verdict  *Verdict
	asks     quoted.Expr
	check    quoted.Expr
	notes    []string // what the compiler had to say of the check
}

func newReview(q Questions, to trace.Observer) *review {
	asks := quoted.List{}
	for _, a := range q.Asks {
		patterns := quoted.List{}
		for _, p := range a.Patterns {
			patterns = append(patterns, quoted.Str(p))
		}
		asks = append(asks, quoted.Tuple{quoted.Str(a.Expression), patterns})
	}
	check := quoted.Expr(quoted.Atom("nil"))
	if q.Check != "" {
		check = quoted.Str(q.Check)
	}
	return &review{recorder: newRecorder(to), asks: asks, check: check}
}

// reviewBuiltins are what Kernel.CLI and Vivarium.Run stand on:
//
//	ended()          the program is over: nothing further is recorded
//	mute(bool)       nothing further is shown or written, or it is again
//	record()         what was recorded
//	report(verdict)  for the host, see verdictOf
//
// Without questions they do nothing, and there is no record.
func (s *System) reviewBuiltins() []vm.Builtin {
	builtin := func(name string, arity int, f func(c *vm.Context, r *review, args []term.Term) term.Term) vm.Builtin {
		return vm.Builtin{Module: "vivarium_run", Name: name, Arity: arity, Fn: func(c *vm.Context, args []term.Term) term.Term {
			if s.review == nil {
				return c.BadArg()
			}
			return f(c, s.review, args)
		}}
	}
	return []vm.Builtin{
		builtin("ended", 0, func(_ *vm.Context, r *review, _ []term.Term) term.Term {
			r.recorder.close(s.Machine.Now())
			return term.AtomOk
		}),
		builtin("mute", 1, func(_ *vm.Context, r *review, args []term.Term) term.Term {
			r.recorder.muted = args[0] == term.True
			return term.AtomOk
		}),
		builtin("record", 0, func(c *vm.Context, r *review, _ []term.Term) term.Term {
			return s.conv.term(c, r.recorder.record())
		}),
		builtin("report", 1, func(c *vm.Context, r *review, args []term.Term) term.Term {
			verdict, ok := verdictOf(s.conv.expr(args[0]))
			if !ok {
				return c.BadArg()
			}
			if verdict.Problem != "" && len(r.notes) > 0 {
				verdict.Problem += "\n\n" + strings.Join(r.notes, "\n\n")
			}
			r.verdict = verdict
			return term.AtomOk
		}),
	}
}

// verdictOf reads what report/1 is given: [answers, tests, problem, value], an answer
// being [choice, value, problem] and a test the texts of a TestResult.
func verdictOf(e quoted.Expr) (*Verdict, bool) {
	parts, ok := e.(quoted.List)
	if !ok || len(parts) != 4 {
		return nil, false
	}
	answers, ok := parts[0].(quoted.List)
	tests, good := parts[1].(quoted.List)
	if !ok || !good {
		return nil, false
	}
	v := &Verdict{Problem: text(parts[2]), Value: text(parts[3])}
	for _, a := range answers {
		f, ok := a.(quoted.List)
		if !ok || len(f) != 3 {
			return nil, false
		}
		choice, ok := f[0].(quoted.Int)
		if !ok {
			return nil, false
		}
		v.Answers = append(v.Answers, Answer{int(choice), text(f[1]), text(f[2])})
	}
	for _, e := range tests {
		f, ok := e.(quoted.List)
		if !ok || len(f) != 6 {
			return nil, false
		}
		v.Tests = append(v.Tests, TestResult{text(f[0]), text(f[1]), text(f[2]), text(f[3]), text(f[4]), text(f[5])})
	}
	return v, true
}

// Verdict returns what came of the questions, nil as long as nothing has.
func (l *Live) Verdict() *Verdict {
	if l.sys.review == nil {
		return nil
	}
	return l.sys.review.verdict
}

// Reviewing reports whether the program is being asked its questions now, so
// that nothing of what runs is to be shown.
func (l *Live) Reviewing() bool { return l.sys.review != nil && l.sys.review.recorder.muted }

// Examine asks the questions of a program that has not ended. When Verdict gives
// their answers, the program can go on after Resume. It reports false when there
// are no questions or they were asked before.
func (l *Live) Examine(how Outcome) bool {
	return l.Feed(Input{Do: "examine", Text: string(how)}) == nil
}

func (l *Live) examine(how Outcome) bool {
	r := l.sys.review
	if r == nil || r.recorder.muted || r.verdict != nil {
		return false
	}
	r.recorder.close(l.sys.Machine.Now())
	r.recorder.muted = true
	_, ok := l.sys.Machine.Start(term.Atom("Elixir.Kernel.CLI"), term.Atom("examine"), func(a term.Allocator) []term.Term {
		return []term.Term{term.Atom(string(how)), l.sys.conv.term(a, r.asks), l.sys.conv.term(a, r.check)}
	})
	if !ok {
		r.verdict = &Verdict{Problem: "the machine has no room for the check"}
	}
	return true
}

// Resume lets what runs be shown again after Examine.
func (l *Live) Resume() {
	_ = l.Feed(Input{Do: "answered"}) // it always acts
}

func (l *Live) resume() {
	if r := l.sys.review; r != nil {
		r.recorder.muted = false
	}
}
