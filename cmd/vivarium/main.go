// Command vivarium runs Elixir on Vivarium's machine, and builds and serves its
// site.
package main

import (
	"fmt"
	"io"
	"os"
	"sort"
)

func main() { os.Exit(doMain(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// command is a subcommand; it returns the exit status.
type command struct {
	usage string
	help  string
	run   func(env *environment, args []string) int
}

// environment is what a command may touch.
type environment struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

func (e *environment) fail(format string, args ...any) int {
	fmt.Fprintf(e.stderr, "vivarium: "+format+"\n", args...)
	return 1
}

// statusUsage is the exit status for a command line that is not understood.
const statusUsage = 2

func commands() map[string]command {
	return map[string]command{
		"api":     {"api [--missing]", "list what the library has of Elixir's and OTP's documented functions", apiCommand},
		"run":     {"run [--virtual-time] [--name NAME | --nodes A,B,...] [--cookie COOKIE] [--seed N | --seeds A..B] [-e CODE] FILE... [-- ARG...] | --record RUN [--seed N] FILE | --replay RUN", "run programs, like elixir -r; with --seeds under many interleavings, to find races; save a run as a file, or go through one again", runCommand},
		"test":    {"test [--virtual-time] [OPTION]... [FILE[:LINE]|DIR]... [-- ARG...]", "run the tests of files or of a project, with the options of mix test", testCommand},
		"repl":    {"repl [FILE...]", "run an interactive shell, after the files, like iex", replCommand},
		"disasm":  {"disasm FILE", "show the bytecode of the modules a file defines", disasmCommand},
		"image":   {"image [--listing FILE]", "compile the standard library into its image", imageCommand},
		"bench":   {"bench [--dir DIR] [--rounds N] [--only NAME] [--browser=false] [--elixir COMMAND]", "time programs natively, in the browser and on the real BEAM", benchCommand},
		"lessons": {"lessons check [-v] [NAME|FILE]... | list | new FILE", "prove that lessons are what they say, list them, begin one", lessonsCommand},
		"build":   {"build [--address URL]", "build the site into dist/", buildCommand},
		"serve":   {"serve [--port N] [--host ADDRESS] [--dir DIR]", "serve the built site, to the network too", serveCommand},
	}
}

func doMain(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	env := &environment{stdin, stdout, stderr}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(stdout)
		return 0
	}
	c, ok := commands()[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "vivarium: no command %q\n\n", args[0])
		usage(stderr)
		return statusUsage
	}
	return c.run(env, args[1:])
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "Usage: vivarium COMMAND")
	fmt.Fprintln(w)
	all := commands()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(w, "  %s\n      %s\n", all[name].usage, all[name].help)
	}
}
