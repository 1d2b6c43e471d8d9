package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"vivarium/runtime/system"
)

// runCommand evaluates files in order, as elixir does.
func runCommand(env *environment, args []string) int {
	if recordings := takeRecordings(&args); recordings != nil {
		return recordings.run(env, args)
	}
	seeds, args, err := takeSeeds(args)
	if err != nil {
		env.fail("%v", err)
		return statusUsage
	}
	p, err := parseProgram(args, true)
	if err != nil {
		env.fail("%v", err)
		return statusUsage
	}
	if seeds != nil {
		return sweep(env, p, *seeds)
	}
	return runProgram(env, p)
}

// testCommand runs tests; options that are not its own are those of `mix test`.
func testCommand(env *environment, args []string) int {
	p := system.Program{Test: true, Clock: system.NewRealTime(), StartTime: time.Now().UnixNano()}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		last, ok, err := takeNetwork(&p.Network, args, i)
		if err != nil {
			env.fail("%v", err)
			return statusUsage
		}
		if ok {
			i = last
			continue
		}
		switch {
		case arg == "--":
			p.Argv = args[i+1:]
			return runProgram(env, p)
		case arg == "--virtual-time":
			p.Clock, p.StartTime = &system.VirtualTime{}, 0
			continue
		case arg == "--seed" && i+1 < len(args):
			// A suite's seed is the machine's as well.
			p.Seed, _ = strconv.ParseUint(args[i+1], 10, 64)
		}
		p.Commands = append(p.Commands, system.Arg(arg))
	}
	return runProgram(env, p)
}

// takeNetwork takes an option of the network from the arguments at i, and
// returns where its value stands; ok is false when it is none.
func takeNetwork(n *system.Network, args []string, i int) (last int, ok bool, err error) {
	if args[i] == "--hidden" {
		n.Hidden = true
		return i, true, nil
	}
	switch args[i] {
	case "--name", "--sname", "--nodes", "--cookie":
	default:
		return i, false, nil
	}
	if i+1 >= len(args) {
		return i, true, errors.New("option " + args[i] + " needs a value")
	}
	value := args[i+1]
	switch args[i] {
	case "--cookie":
		n.Cookie = value
	case "--nodes":
		n.Names = strings.Split(value, ",")
	default:
		n.Names = []string{value}
	}
	return i + 1, true, nil
}

// replCommand runs an interactive shell.
func replCommand(env *environment, args []string) int {
	p := system.Program{Shell: true, Clock: system.NewRealTime(), StartTime: time.Now().UnixNano()}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		last, ok, err := takeNetwork(&p.Network, args, i)
		if err != nil {
			env.fail("%v", err)
			return statusUsage
		}
		if ok {
			i = last
			continue
		}
		if strings.HasPrefix(arg, "-") {
			env.fail("unknown option %s", arg)
			return statusUsage
		}
		p.Commands = append(p.Commands, system.File(arg))
	}
	return runProgram(env, p)
}

// disasmCommand runs files and shows the code of what they compile, in the
// order in which it is loaded.
func disasmCommand(env *environment, args []string) int {
	p, err := parseProgram(args, true)
	if err != nil {
		env.fail("%v", err)
		return statusUsage
	}
	p.Listing = env.stdout
	return runProgram(env, p)
}

// parseProgram reads the options and files of a command that runs programs.
// code allows -e.
func parseProgram(args []string, code bool) (p system.Program, err error) {
	p.Clock, p.StartTime = system.NewRealTime(), time.Now().UnixNano()
	for i := 0; i < len(args); i++ {
		last, ok, err := takeNetwork(&p.Network, args, i)
		if err != nil {
			return p, err
		}
		if ok {
			i = last
			continue
		}
		value := func() (string, error) {
			if i++; i >= len(args) {
				return "", errors.New("option " + args[i-1] + " needs a value")
			}
			return args[i], nil
		}
		switch arg := args[i]; {
		case arg == "--":
			p.Argv = args[i+1:]
			i = len(args)
		case arg == "--virtual-time":
			p.Clock, p.StartTime = &system.VirtualTime{}, 0
		case arg == "--seed":
			text, err := value()
			if err != nil {
				return p, err
			}
			if p.Seed, err = strconv.ParseUint(text, 10, 64); err != nil {
				return p, errors.New("--seed needs a number, not " + text)
			}
		case arg == "-e" && code:
			text, err := value()
			if err != nil {
				return p, err
			}
			p.Commands = append(p.Commands, system.Eval(text))
		case strings.HasPrefix(arg, "-"):
			return p, errors.New("unknown option " + arg)
		default:
			p.Commands = append(p.Commands, system.File(arg))
		}
	}
	if len(p.Commands) == 0 {
		return p, errors.New("nothing to run")
	}
	return p, nil
}

func runProgram(env *environment, p system.Program) int {
	stdout := bufio.NewWriter(env.stdout)
	defer stdout.Flush()
	p.Output = func(stderr bool, text []byte) {
		if !stderr {
			_, _ = stdout.Write(text)
			return
		}
		_ = stdout.Flush()
		_, _ = env.stderr.Write(text)
	}
	p.Flush = func() { _ = stdout.Flush() }
	p.Fault = func(where string, err error, stack []byte) {
		_ = stdout.Flush()
		_, _ = fmt.Fprintf(env.stderr, "vivarium: a mistake of the machine's own in %s: %v\n%s", where, err, stack)
	}
	p.Files, p.Input = system.Disk{}, env.stdin
	dir, err := os.Getwd()
	if err != nil {
		return env.fail("%v", err)
	}
	p.WorkingDirectory = dir
	status, err := system.RunProgram(p)
	if err != nil {
		_ = stdout.Flush()
		return env.fail("%v", err)
	}
	return status
}
