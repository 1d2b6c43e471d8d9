package bif

import (
	"maps"
	"slices"
	"strings"

	"vivarium/runtime/internal/term"
	"vivarium/runtime/vm"
)

// The environment is the program's own: empty to begin with, so that a run
// depends on nothing outside.
var osBuiltins = []vm.Builtin{
	{Module: "os", Name: "getenv", Arity: 0, Fn: osGetenv0},
	{Module: "os", Name: "getenv", Arity: 1, Fn: osGetenv},
	{Module: "os", Name: "getenv", Arity: 2, Fn: osGetenv},
	{Module: "os", Name: "putenv", Arity: 2, Fn: osPutenv},
	{Module: "os", Name: "unsetenv", Arity: 1, Fn: osUnsetenv},
	{Module: "os", Name: "env", Arity: 0, Fn: osEnv},
	{Module: "os", Name: "type", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return pair(c, atom("unix"), atom("vivarium")) }},
	{Module: "os", Name: "version", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return intTuple(c, 0, 1, 0) }},
	{Module: "os", Name: "getpid", Arity: 0, Fn: func(c *vm.Context, _ []term.Term) term.Term { return stringList(c, "1", term.Nil) }},
}

// environment is the variables, sorted by name.
type environment struct {
	names  []string
	values map[string]string
}

type environmentKey struct{}

func newEnvironment() any { return &environment{values: map[string]string{}} }

func env(c *vm.Context) *environment {
	return c.NodeLocal(environmentKey{}, newEnvironment).(*environment)
}

// inheritEnv gives a new node the variables of the caller's.
func inheritEnv(c *vm.Context, number int) {
	from, to := env(c), c.Machine().LocalOf(number, environmentKey{}, newEnvironment).(*environment)
	to.names, to.values = slices.Clone(from.names), maps.Clone(from.values)
}

// envText reads a name or value, or says what is wrong with it.
func envText(c *vm.Context, t term.Term, name bool) (text, hint string) {
	if t != term.Nil && !t.IsCons() {
		return "", notList
	}
	f := formatter{c: c}
	s, ok := f.stringArg(control{unicode: true}, t)
	switch {
	case !ok:
		return "", "invalid characters"
	case strings.Contains(s, "\x00"):
		return "", `"\0" characters is not allowed in environment variable names or values`
	case name && strings.Contains(s, "="):
		return "", `"=" characters is not allowed in environment variable names`
	}
	return s, ""
}

func mustEnvText(name bool) check {
	return func(c *vm.Context, t term.Term) string {
		_, hint := envText(c, t, name)
		return hint
	}
}

func osGetenv(c *vm.Context, args []term.Term) term.Term {
	name, hint := envText(c, args[0], true)
	if hint != "" {
		return c.BadArg()
	}
	v, ok := env(c).values[name]
	switch {
	case ok:
		return stringList(c, v, term.Nil)
	case len(args) == 2:
		return args[1]
	}
	return term.False
}

func osGetenv0(c *vm.Context, _ []term.Term) term.Term {
	e := env(c)
	l := newList(c)
	for _, n := range e.names {
		l.add(stringList(c, n+"="+e.values[n], term.Nil))
	}
	return l.list()
}

func osEnv(c *vm.Context, _ []term.Term) term.Term {
	e := env(c)
	l := newList(c)
	for _, n := range e.names {
		l.add(pair(c, stringList(c, n, term.Nil), stringList(c, e.values[n], term.Nil)))
	}
	return l.list()
}

func osPutenv(c *vm.Context, args []term.Term) term.Term {
	name, hint1 := envText(c, args[0], true)
	value, hint2 := envText(c, args[1], false)
	if hint1 != "" || hint2 != "" {
		return c.BadArg()
	}
	e := env(c)
	if i, found := slices.BinarySearch(e.names, name); !found {
		e.names = slices.Insert(e.names, i, name)
	}
	e.values[name] = value
	return term.True
}

func osUnsetenv(c *vm.Context, args []term.Term) term.Term {
	name, hint := envText(c, args[0], true)
	if hint != "" {
		return c.BadArg()
	}
	e := env(c)
	if i, found := slices.BinarySearch(e.names, name); found {
		e.names = slices.Delete(e.names, i, i+1)
	}
	delete(e.values, name)
	return term.True
}
