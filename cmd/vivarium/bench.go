package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"
)

// benchCommand times the programs of a folder: on this machine natively, in
// the browser, and on the real BEAM, in turns, in one sitting. Each program
// prints lines "name number"; of several rounds the best number counts.
func benchCommand(env *environment, args []string) int {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(env.stderr)
	dir := flags.String("dir", filepath.Join("..", "shared", "bench"), "folder with the programs, *.exs")
	rounds := flags.Int("rounds", 3, "rounds; the best counts")
	only := flags.String("only", "", "run only the programs whose names contain this")
	browser := flags.Bool("browser", true, "run in headless Chromium, too")
	elixir := flags.String("elixir", "elixir", "the real Elixir's command; empty for none")
	if err := flags.Parse(args); err != nil {
		return statusUsage
	}
	files, err := filepath.Glob(filepath.Join(*dir, "*"+*only+"*.exs"))
	if err != nil || len(files) == 0 {
		return env.fail("no programs in %s", *dir)
	}
	contestants, err := benchContestants(env, *elixir, *browser)
	if err != nil {
		return env.fail("%v", err)
	}
	results := benchResults{}
	for round := range *rounds {
		for _, c := range contestants {
			for _, file := range files {
				fmt.Fprintf(env.stderr, "round %d, %s, %s\n", round+1, c.name, filepath.Base(file))
				if err := c.run(file, results.add(c.name)); err != nil {
					fmt.Fprintf(env.stderr, "  %v\n", err)
				}
			}
		}
	}
	results.write(env.stdout, contestants, *rounds)
	return 0
}

// contestant runs a program and reports the numbers it prints.
type contestant struct {
	name string
	run  func(file string, report func(line string)) error
}

func benchContestants(env *environment, elixir string, browser bool) ([]contestant, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	list := []contestant{{"native", commandRunner(self, "run")}}
	if elixir != "" {
		if path, err := exec.LookPath(elixir); err == nil {
			list = append(list, contestant{"BEAM", commandRunner(path, "--erl", "+P 2000000")})
		} else {
			fmt.Fprintln(env.stderr, "no real Elixir here: no ratios")
		}
	}
	if browser {
		const script = "test-results/web/browser/bench.js"
		if _, err := os.Stat(script); err != nil {
			return nil, errors.New("the browser's part is not built: run ./build.sh test once, or give --browser=false")
		}
		if err := findChromium(); err != nil {
			return nil, err
		}
		list = append(list, contestant{"browser", commandRunner("node", script)})
	}
	return list, nil
}

// findChromium sets CHROME, which the browser's part reads, when it is not set.
func findChromium() error {
	if os.Getenv("CHROME") != "" {
		return nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return os.Setenv("CHROME", path)
		}
	}
	return errors.New("no Chromium on the PATH: install one, set CHROME to its path, or give --browser=false")
}

// commandRunner runs a command with the program's file as its last argument.
func commandRunner(name string, args ...string) func(string, func(string)) error {
	return func(file string, report func(line string)) error {
		cmd := exec.Command(name, append(args, file)...)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		err := cmd.Run()
		lines := bufio.NewScanner(&out)
		for lines.Scan() {
			report(lines.Text())
		}
		if err != nil {
			return fmt.Errorf("%w: %s", err, strings.TrimSpace(errs.String()))
		}
		return lines.Err()
	}
}

// benchResults are the best numbers by measure and contestant.
type benchResults map[string]map[string]float64

func (r benchResults) add(contestant string) func(line string) {
	return func(line string) {
		name, text, ok := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.ParseFloat(text, 64)
		if !ok || err != nil {
			return
		}
		if r[name] == nil {
			r[name] = map[string]float64{}
		}
		if old, ok := r[name][contestant]; !ok || n < old {
			r[name][contestant] = n
		}
	}
}

// write prints a table: milliseconds (bytes for what ends in _bytes_each) and
// the ratio to the real BEAM.
func (r benchResults) write(w io.Writer, contestants []contestant, rounds int) {
	fmt.Fprintf(w, "Best of %d rounds, %s/%s, %d processors; milliseconds, in brackets the ratio to the BEAM.\n\n", rounds, runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	names := make([]string, 0, len(r))
	for name := range r {
		names = append(names, name)
	}
	sort.Strings(names)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "program\t")
	for _, c := range contestants {
		fmt.Fprintf(t, "%s\t", c.name)
	}
	fmt.Fprintln(t)
	for _, name := range names {
		bytes := strings.HasSuffix(name, "_bytes_each")
		fmt.Fprintf(t, "%s\t", name)
		for _, c := range contestants {
			n, ok := r[name][c.name]
			base, hasBase := r[name]["BEAM"]
			switch {
			case !ok:
				fmt.Fprint(t, "-\t")
			case bytes:
				fmt.Fprintf(t, "%.0f bytes\t", n)
			case c.name == "BEAM" || !hasBase || base == 0:
				fmt.Fprintf(t, "%.1f\t", n/1000)
			default:
				fmt.Fprintf(t, "%.1f (%.2f)\t", n/1000, n/base)
			}
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush()
}
