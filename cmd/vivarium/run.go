package main

import (
	"bufio"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"vivarium/runtime/elixir/quoted"
	"vivarium/runtime/system"
	"vivarium/runtime/vm"
)

// programOptions are the options of a command that runs programs.
type programOptions struct {
	virtual  bool
	seed     uint64
	listing  bool
	commands quoted.List // of Kernel.CLI
	argv     quoted.List
}

// parseProgram reads the options and files of run and test.
func parseProgram(args []string, code bool) (o programOptions, err error) {
	for i := 0; i < len(args); i++ {
		value := func() (string, error) {
			if i++; i >= len(args) {
				return "", errors.New("option " + args[i-1] + " needs a value")
			}
			return args[i], nil
		}
		switch arg := args[i]; {
		case arg == "--":
			for _, a := range args[i+1:] {
				o.argv = append(o.argv, quoted.Str(a))
			}
			return o, nil
		case arg == "--virtual-time":
			o.virtual = true
		case arg == "--seed":
			text, err := value()
			if err != nil {
				return o, err
			}
			if o.seed, err = strconv.ParseUint(text, 10, 64); err != nil {
				return o, errors.New("--seed needs a number, not " + text)
			}
		case arg == "-e" && code:
			text, err := value()
			if err != nil {
				return o, err
			}
			o.commands = append(o.commands, quoted.Tuple{quoted.Atom("eval"), quoted.Str(text)})
		case strings.HasPrefix(arg, "-"):
			return o, errors.New("unknown option " + arg)
		default:
			o.commands = append(o.commands, quoted.Tuple{quoted.Atom("file"), quoted.Str(arg)})
		}
	}
	if len(o.commands) == 0 {
		return o, errors.New("nothing to run")
	}
	return o, nil
}

func runCommand(env *environment, args []string) int {
	o, err := parseProgram(args, true)
	if err != nil {
		env.fail("%v", err)
		return statusUsage
	}
	return runProgram(env, o, "main", o.commands, o.argv)
}

// disasmCommand runs a file and shows the code of what it compiles, in the
// order in which it is loaded.
func disasmCommand(env *environment, args []string) int {
	o, err := parseProgram(args, true)
	if err != nil {
		env.fail("%v", err)
		return statusUsage
	}
	o.listing = true
	return runProgram(env, o, "main", o.commands, o.argv)
}

func testCommand(env *environment, args []string) int {
	o, err := parseProgram(args, false)
	if err != nil {
		env.fail("%v", err)
		return statusUsage
	}
	return runProgram(env, o, "test", o.commands, o.argv)
}

// runProgram runs a function of Kernel.CLI and returns the program's status.
func runProgram(env *environment, o programOptions, function string, args ...quoted.Expr) (status int) {
	var err error
	stdout, stderr := bufio.NewWriter(env.stdout), bufio.NewWriter(env.stderr)
	flush := func() {
		_ = stdout.Flush()
		_ = stderr.Flush()
	}
	defer flush()
	start := int64(0)
	if !o.virtual {
		start = time.Now().UnixNano()
	}
	config := system.Config{
		ReadFile: os.ReadFile,
		Machine: vm.Config{
			Seed: o.seed, StartTime: start, MaxProcesses: 1 << 22,
			Output: func(d vm.Device, text []byte) {
				if d == vm.Stderr {
					_ = stdout.Flush()
					_, _ = stderr.Write(text)
					_ = stderr.Flush()
					return
				}
				_, _ = stdout.Write(text)
			},
		},
	}
	if config.WorkingDirectory, err = os.Getwd(); err != nil {
		return env.fail("%v", err)
	}
	if o.listing {
		config.Listing = stdout
	}
	sys, err := system.New(config)
	if err != nil {
		return env.fail("%v", err)
	}
	defer sys.Machine.Close()
	if err := sys.Boot(function, args...); err != nil {
		return env.fail("%v", err)
	}
	var clock system.Clock = system.NewRealTime()
	if o.virtual {
		clock = &system.VirtualTime{}
	}
	status, err = sys.RunToEnd(clock, flush)
	flush()
	if err != nil {
		return env.fail("%v", err)
	}
	return status
}
