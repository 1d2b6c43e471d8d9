package system

import (
	"errors"
	"fmt"
	"strings"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/internal/term"
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
