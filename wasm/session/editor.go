package session

import (
	"strconv"

	"vivarium/runtime/system"
)

// What an editor asks: to check a program that is being written, to format it,
// to load it into the machine that runs.

// assistSlice is the number of reductions between two looks at the clock.
const assistSlice = 40_000

func sources(p ProgramText) system.Sources {
	named := func(cells []Cell) (out []system.NamedSource) {
		for _, c := range cells {
			out = append(out, system.NamedSource{File: c.File, Source: c.Source})
		}
		return out
	}
	return system.Sources{Files: named(p.Files), Before: named(p.Before), Main: system.NamedSource{File: p.File, Source: p.Source}}
}

// size is the number of bytes of a program.
func (p ProgramText) size() int {
	n := len(p.Source)
	for _, cells := range [][]Cell{p.Files, p.Before} {
		for _, c := range cells {
			n += len(c.Source)
		}
	}
	return n
}

// tooLong says what is wrong with a program of so many bytes, "" for nothing.
func tooLong(bytes int) string {
	if bytes <= maxSource {
		return ""
	}
	return "the program has " + strconv.Itoa(bytes) + " bytes; " + strconv.Itoa(maxSource) + " is the most"
}

// checkProgram begins to check a program; Checked is the answer.
func (s *Session) checkProgram(r CheckProgram) {
	problem := tooLong(r.Program.size())
	if s.config.Assistant == nil {
		problem = "nothing checks programs here"
	}
	if problem == "" {
		if err := s.config.Assistant.Check(sources(r.Program)); err != nil {
			problem = err.Error()
		}
	}
	if problem != "" {
		s.out = append(s.out, Checked{ID: r.ID, Problem: problem, Diagnostics: []Diagnostic{}})
		return
	}
	s.checking = r.ID
}

// assist works on what an editor asked.
func (s *Session) assist() {
	if s.checking == 0 {
		return
	}
	for work := s.worker(); work(); {
		if !s.config.Assistant.Run(assistSlice) {
			continue
		}
		answer := Checked{ID: s.checking, Diagnostics: []Diagnostic{}}
		if !s.config.Assistant.Complete() {
			answer.Problem = "the modules take too long to be compiled"
		}
		said, texts := s.config.Assistant.Said()
		for i, d := range said {
			answer.Diagnostics = append(answer.Diagnostics, diagnostic(d, texts[i]))
		}
		s.out = append(s.out, answer)
		s.checking = 0
		return
	}
}

// askProgram answers a question about a place in a program, at once: the one who
// asks waits for it.
func (s *Session) askProgram(r AskProgram) {
	a := s.config.Assistant
	if a == nil || tooLong(r.Program.size()) != "" {
		s.out = append(s.out, Nothing{r.ID})
		return
	}
	if err := a.Ask(r.What, int64(r.ID), sources(r.Program), r.File, r.Line, r.Column); err != nil {
		s.out = append(s.out, Nothing{r.ID})
		return
	}
	for range maxAsk {
		if a.Run(assistSlice) {
			break
		}
	}
	completed, about, found := a.Answer()
	switch {
	case completed != nil:
		s.out = append(s.out, completions(*completed))
	case about != nil:
		s.out = append(s.out, About{r.ID, about.Title, about.Text, about.Line, about.From, about.To})
	case found != nil:
		s.out = append(s.out, Definition{r.ID, found.File, found.Line, found.Column})
	default:
		s.out = append(s.out, Nothing{r.ID})
	}
}

// maxAsk bounds the slices for one question.
const maxAsk = 2000

// formatSource formats a source; Formatted is the answer.
func (s *Session) formatSource(r FormatSource) {
	answer := Formatted{ID: r.ID}
	if answer.Problem = tooLong(len(r.Source)); answer.Problem == "" {
		answer.Source, answer.Problem, answer.Line = system.Format(r.Source, r.File)
	}
	s.out = append(s.out, answer)
}

// load loads what has changed of the program into the machine; Loaded is the
// answer.
func (s *Session) load(r LoadProgram) {
	if problem := tooLong(r.Program.size()); problem != "" {
		s.out = append(s.out, Refused{"load", problem})
		return
	}
	s.feedInput("load", Input{Do: "load", Text: system.PackSources(sources(r.Program))})
}

// tellChanges passes on what came of loads.
func (s *Session) tellChanges() {
	for _, c := range s.machine.Changes() {
		loaded := Loaded{Modules: []LoadedModule{}, Problem: c.Problem}
		for _, m := range c.Modules {
			loaded.Modules = append(loaded.Modules, LoadedModule{m.Name, ModuleState(m.State)})
		}
		s.out = append(s.out, loaded)
	}
}
