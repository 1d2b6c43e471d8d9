package system

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/term"
	"vivarium/runtime/trace"
	"vivarium/runtime/vm"
)

// Network is the nodes that a program begins with, connected with each other.
// The program runs on the first; without names it runs on a node that is not
// part of a network.
type Network struct {
	Names  []string // "a" or "a@host"
	Cookie string
	Hidden bool
}

// nodeHost is the host of nodes whose names have none.
const nodeHost = "vivarium"

// fullNames returns the names with their hosts.
func (n Network) fullNames() ([]string, error) {
	var out []string
	seen := map[string]bool{}
	for _, name := range n.Names {
		own, host, ok := strings.Cut(name, "@")
		if !ok {
			host = nodeHost
		}
		if own == "" || host == "" || strings.ContainsAny(own+host, "@ \t\n") {
			return nil, fmt.Errorf("%q is not the name of a node", name)
		}
		name = own + "@" + host
		if seen[name] {
			return nil, fmt.Errorf("there are two nodes %s", name)
		}
		seen[name] = true
		out = append(out, name)
	}
	return out, nil
}

// BootOn is Boot on the first node of a network, after the start of the others.
func (s *System) BootOn(network Network, function string, args ...quoted.Expr) error {
	names, err := network.fullNames()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return s.Boot(function, args...)
	}
	var list quoted.List
	for _, name := range names {
		list = append(list, quoted.Atom(name))
	}
	pairs := []quoted.Expr{quoted.Tuple{quoted.Atom("hidden"), quoted.Bool(network.Hidden)}}
	if network.Cookie != "" {
		pairs = append(pairs, quoted.Tuple{quoted.Atom("cookie"), quoted.Atom(network.Cookie)})
	}
	options := quoted.List(pairs)
	for _, name := range names[1:] {
		_, ok := s.Machine.StartNode(term.Atom(name), term.Atom("Elixir.Kernel.CLI"), term.Atom("node"), func(a term.Allocator) []term.Term {
			return []term.Term{term.Atom(name), s.conv.term(a, options)}
		})
		if !ok {
			return errors.New("there is no room for so many nodes")
		}
	}
	_, ok := s.Machine.Start(term.Atom("Elixir.Kernel.CLI"), term.Atom("boot"), func(a term.Allocator) []term.Term {
		return []term.Term{term.Atom(function), s.conv.term(a, quoted.List(args)), s.conv.term(a, list), s.conv.term(a, options)}
	})
	if !ok {
		return errors.New("the machine has no room for a process")
	}
	return nil
}

var errNoNodes = errors.New("there are no such nodes")

// onWire makes an input act on the wire between the two nodes in its Number.
func onWire(do func(m *vm.Machine, a, b int) bool) func(l *Live, in *Input) error {
	return func(l *Live, in *Input) error {
		if a, b := trace.Unpair(in.Number); !do(l.sys.Machine, a, b) {
			return errNoNodes
		}
		l.sys.Machine.Settle()
		return nil
	}
}

// maxLatency bounds what a viewer can set, in milliseconds.
const maxLatency = 3_600_000

func setLatency(l *Live, in *Input) error {
	ms, err := strconv.ParseFloat(in.Text, 64)
	if err != nil || !(ms >= 0 && ms <= maxLatency) {
		return fmt.Errorf("%q is no time in milliseconds", in.Text)
	}
	return onWire(func(m *vm.Machine, a, b int) bool { return m.SetLatency(a, b, int64(ms*1e6)) })(l, in)
}

func stopNode(l *Live, in *Input) error {
	if in.Number < 0 || !l.sys.Machine.StopNode(int(in.Number)) {
		return errors.New("there is no such node")
	}
	return nil
}
