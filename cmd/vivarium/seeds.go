package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"vivarium/runtime/system"
)

// A sweep runs a program under one interleaving after another, in virtual time,
// so that each run depends on its seed alone and can be repeated with --seed.
// What comes out differently is a race: in the program, or in what it prints.

// seedRange is from the first to the last seed, both of them included.
type seedRange struct{ first, last uint64 }

// maxSeeds keeps a mistyped range from running for days.
const maxSeeds = 1_000_000

// takeSeeds takes --seeds A..B out of the arguments of run; r is nil without.
func takeSeeds(args []string) (r *seedRange, rest []string, err error) {
	for i, arg := range args {
		switch {
		case arg == "--":
			return nil, args, nil
		case arg != "--seeds":
		case i+1 == len(args):
			return nil, nil, errors.New("option --seeds needs a value")
		default:
			if r, err = parseSeeds(args[i+1]); err != nil {
				return nil, nil, err
			}
			return r, append(append(rest, args[:i]...), args[i+2:]...), nil
		}
	}
	return nil, args, nil
}

func parseSeeds(text string) (*seedRange, error) {
	from, to, ok := strings.Cut(text, "..")
	first, err := strconv.ParseUint(from, 10, 64)
	last, err2 := strconv.ParseUint(to, 10, 64)
	if !ok || err != nil || err2 != nil || last < first {
		return nil, errors.New("--seeds needs a range like 1..200, not " + text)
	}
	if last-first >= maxSeeds {
		return nil, fmt.Errorf("--seeds takes at most %d seeds", maxSeeds)
	}
	return &seedRange{first, last}, nil
}

// outcome is what a run shows: its output, in order, and how it ended.
type outcome struct {
	text   string
	status int
	err    string // why it never ended or could not be run
}

// outcomeOf runs a program under a seed. There is no input.
func outcomeOf(p system.Program, seed uint64) outcome {
	var text strings.Builder
	p.Seed, p.Clock, p.StartTime = seed, &system.VirtualTime{}, 0
	p.Input = strings.NewReader("")
	p.Output = func(_ bool, out []byte) { text.Write(out) }
	p.Fault = func(where string, err error, stack []byte) {
		fmt.Fprintf(&text, "vivarium: a mistake of the machine's own in %s: %v\n%s", where, err, stack)
	}
	o := outcome{}
	var err error
	if o.status, err = system.RunProgram(p); err != nil {
		o.err = err.Error()
	}
	o.text = text.String()
	return o
}

// sweep runs a program under all seeds of a range and tells the outcomes apart.
// Its status is 0 when there is a single one.
func sweep(env *environment, p system.Program, r seedRange) int {
	dir, err := os.Getwd()
	if err != nil {
		return env.fail("%v", err)
	}
	p.Files, p.WorkingDirectory = system.Disk{}, dir
	seeds := map[outcome][]uint64{}
	var order []outcome
	for n := uint64(0); n <= r.last-r.first; n++ {
		o := outcomeOf(p, r.first+n)
		if seeds[o] == nil {
			order = append(order, o)
		}
		seeds[o] = append(seeds[o], r.first+n)
	}
	runs := r.last - r.first + 1
	for i, o := range order {
		if i > 0 {
			fmt.Fprintln(env.stdout)
		}
		fmt.Fprintf(env.stdout, "== %d of %d: %s\n", len(seeds[o]), runs, seedList(seeds[o]))
		if i > 0 {
			line, first, here := difference(order[0].text, o.text)
			if line > 0 {
				fmt.Fprintf(env.stdout, "== from line %d on, which was %s and is %s\n", line, first, here)
			}
		}
		fmt.Fprint(env.stdout, o.text)
		if o.text != "" && !strings.HasSuffix(o.text, "\n") {
			fmt.Fprintln(env.stdout)
		}
		switch {
		case o.err != "":
			fmt.Fprintf(env.stdout, "== it did not end: %s\n", o.err)
		case o.status != 0:
			fmt.Fprintf(env.stdout, "== exit status %d\n", o.status)
		}
	}
	if len(order) == 1 {
		fmt.Fprintf(env.stdout, "\n== %d interleavings, one outcome\n", runs)
		return 0
	}
	other := order[1]
	fmt.Fprintf(env.stdout, "\n== %d interleavings, %d outcomes; see again: --virtual-time --seed %d\n", runs, len(order), seeds[other][0])
	return 1
}

// shownSeeds is how many seeds of an outcome are named.
const shownSeeds = 8

func seedList(seeds []uint64) string {
	text := "seed"
	if len(seeds) > 1 {
		text = "seeds"
	}
	for i, s := range seeds {
		if i == shownSeeds {
			return text + " ..."
		}
		if i > 0 {
			text += ","
		}
		text += " " + strconv.FormatUint(s, 10)
	}
	return text
}

// difference finds the first line that differs, counted from 1, and what it is
// in each text; line is 0 when there is none.
func difference(a, b string) (line int, inA, inB string) {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	at := func(lines []string, i int) string {
		if i < len(lines) {
			return strconv.Quote(lines[i])
		}
		return "not there"
	}
	for i := range max(len(left), len(right)) {
		if l, r := at(left, i), at(right, i); l != r {
			return i + 1, l, r
		}
	}
	return 0, "", ""
}
