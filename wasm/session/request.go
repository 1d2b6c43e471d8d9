package session

import (
	"fmt"
	"reflect"
)

// RequestInfo describes a kind of request.
type RequestInfo struct {
	Do   string // its name
	Zero any    // a zero value of the request's type
	Doc  string
}

// Requests is the one source for the requests.
var Requests = []RequestInfo{
	{"run", Run{}, "Stop what runs, compile the source and run it from the start."},
	{"stop", Stop{}, "Stop the run. The scene stays as it is."},
	{"pause", Pause{}, "Show no further event until resume or step."},
	{"resume", Resume{}, "Go on from the moment shown."},
	{"step", StepOn{}, "Go on by a step, then pause."},
	{"stepBack", StepBack{}, "Show the moment a step before."},
	{"seek", Seek{}, "Show the moment after an event, and pause."},
	{"live", Live{}, "Show the latest moment again."},
	{"fork", Fork{}, "Go on from the moment shown; what had come after it stays to be compared with. Branch and Difference tell."},
	{"save", SaveRun{}, "Save the run so far as a file; SavedRun is the answer."},
	{"replay", ReplayRun{}, "Stop what runs and go through a saved run again; Replayed tells whether it came out the same."},
	{"speed", Speed{}, "Set the pace."},
	{"system", ShowSystem{}, "Show or hide the system processes."},
	{"fold", Fold{}, "Fold a process, so that all that hangs below it is one group node, or unfold it."},
	{"watch", WatchViews{}, "Say which views are looked at: what only others need is not told. At first none is."},
	{"crowd", CrowdOf{}, "Say what the crowd's cells tell."},
	{"glance", GlanceAt{}, "Ask what a cell of the crowd holds, or where a process has its cell; Glance is the answer."},
	{"reveal", Reveal{}, "Make a process of a group a node of its own. In a run that is not watched the scene then shows it among its kin."},
	{"control", Control{}, "Do something to a process: an Input of the run. Controlled is the answer."},
	{"network", Network{}, "Do something to a node of the machine or to the link of two: an Input of the run. Controlled is the answer."},
	{"breaks", Breaks{}, "Say at what to pause, in this run and those after it. Controlled is the answer."},
	{"inspect", Inspect{}, "Ask for details on a process; Details is the answer."},
	{"part", PartOf{}, "Ask for a part of a term; TermPart is the answer."},
	{"life", LifeOf{}, "Ask what happened to a process and to those whose place it took; Life is the answer."},
	{"sheet", SheetOf{}, "Ask for a window of a page of the Observer; Sheet is the answer."},
	{"gauges", GaugesOf{}, "Ask for the numbers of the whole machine; Gauges is the answer."},
	{"why", WhyOf{}, "Ask what led to an event, or to what a process did last up to the moment shown; Why is the answer."},
	{"sequence", SequenceOf{}, "Ask for a part of the sequence diagram; Chart is the answer, once for a tag, without one again and again while the view is watched."},
	{"shell", OpenShell{}, "Start the interactive shell on the run's machine, or on one without a program; Asking tells when it waits for a line."},
	{"type", TypeLine{}, "Give the program or the shell a line that was typed."},
	{"interrupt", Interrupt{}, "Give up what the shell evaluates, or the lines that are not complete."},
	{"complete", Complete{}, "Ask the shell what a text could go on with; Completions is the answer."},
	{"load", LoadProgram{}, "Load what has changed of the program's modules into the machine that runs it; Loaded is the answer."},
	{"check", CheckProgram{}, "Check a program without running it; Checked is the answer. A later check takes the place of one under way."},
	{"ask", AskProgram{}, "Ask about a place in a program; Completions, About or Definition is the answer, Nothing when there is none."},
	{"format", FormatSource{}, "Format a source; Formatted is the answer."},
	{"notebook", ReadNotebook{}, "Take a notebook or script of the viewer's own apart; Notebook is the answer."},
}

// Run starts a program.
type Run struct {
	Source     string  `json:"source"`
	File       string  `json:"file"`       // its name in messages, "cells.exs"
	Seed       uint64  `json:"seed"`       // of the interleaving
	Schedulers int     `json:"schedulers"` // 1 to 16, 0 for the usual number
	PerSecond  float64 `json:"perSecond"`  // the pace, see Speed
	Paused     bool    `json:"paused"`     // wait for resume or step before the first event
	// Observe false runs the program without a trace: nothing but its output is
	// shown, at full speed. Unset means true.
	Observe *bool `json:"observe"`
	// RealTime lets the machine's time be the host's instead of virtual.
	RealTime bool `json:"realTime"`
	// Nodes are the nodes that the program begins with, "a" or "a@host"; it runs on
	// the first. None is a node that is not part of a network.
	Nodes []string `json:"nodes"`
	// Before are cells that are evaluated before the source, which goes on with
	// their variables, imports and modules.
	Before []Cell `json:"before"`
	// Files are further sources, whose modules are compiled before all else.
	Files []Cell `json:"files"`
	// Ask and Check are asked when the program has ended, or waits for ever;
	// Verdict is the answer. With a check, a program that goes on for checkTime is
	// stopped.
	Ask   []Ask  `json:"ask"`
	Check string `json:"check"` // the body of an ExUnit case
	// Value asks for the value of the source, as of a notebook's cell.
	Value bool `json:"value"`

	shell bool // there is no program, only a shell
}

// Cell is a source with its name in messages.
type Cell struct {
	File   string `json:"file"`
	Source string `json:"source"`
}

// Ask is an expression over the run, and patterns for its value, of which the
// first that matches is the answer.
type Ask struct {
	Ask  string   `json:"ask"`
	When []string `json:"when"`
}

// OpenShell starts the shell.
type OpenShell struct {
	Width int `json:"width"` // of its lines, in characters
}

// TypeLine gives a device a line.
type TypeLine struct {
	Text  string `json:"text"`  // with its newline
	Shell bool   `json:"shell"` // for the shell and not for the program
}

// Interrupt interrupts the shell.
type Interrupt struct{}

// Complete asks for completions.
type Complete struct {
	ID   int    `json:"id"` // for the answer
	Text string `json:"text"`
}

// ProgramText is a program as it is in the editor: what of it Run is given.
type ProgramText struct {
	Source string `json:"source"`
	File   string `json:"file"`
	Before []Cell `json:"before"`
	Files  []Cell `json:"files"`
}

// LoadProgram loads changed modules.
type LoadProgram struct {
	Program ProgramText `json:"program"`
}

// CheckProgram checks a program.
type CheckProgram struct {
	ID      int         `json:"id"` // from 1, for the answer
	Program ProgramText `json:"program"`
}

// AskProgram asks about a place.
type AskProgram struct {
	ID      int         `json:"id"`   // for the answer
	What    string      `json:"what"` // "complete", "about" or "definition"
	Program ProgramText `json:"program"`
	File    string      `json:"file"` // the place, counted in characters from 1
	Line    int         `json:"line"`
	Column  int         `json:"column"`
}

// FormatSource formats a source.
type FormatSource struct {
	ID     int    `json:"id"` // for the answer
	Source string `json:"source"`
	File   string `json:"file"`
}

// ReadNotebook takes a notebook or script apart.
type ReadNotebook struct {
	File string `json:"file"` // its name: what ends in .livemd is a notebook
	Text string `json:"text"`
}

// Stop stops the run.
type Stop struct{}

// Pause pauses.
type Pause struct{}

// Resume resumes.
type Resume struct{}

// By is the length of a step.
type By string

// The lengths of steps.
const (
	ByMessage   By = "message"   // to the next message that is sent or taken; also ""
	ByEvent     By = "event"     // to the next event that is shown
	ByLine      By = "line"      // to the next line of the program
	BySlice     By = "slice"     // to the end of a process's turn on its scheduler
	ByReduction By = "reduction" // by one function call, roughly
)

// StepOn goes on by a step.
type StepOn struct {
	By   By     `json:"by"`
	Node uint64 `json:"node"` // the process whose lines and slices count, 0 for every one that is shown
}

// StepBack goes back by a step: a message or an event.
type StepBack struct {
	By By `json:"by"`
}

// SaveRun saves the run.
type SaveRun struct{}

// ReplayRun goes through a saved run.
type ReplayRun struct {
	File      string  `json:"file"` // its text
	PerSecond float64 `json:"perSecond"`
	Paused    bool    `json:"paused"`
}

// Fork goes on from the moment shown. With a program, what has changed in it is
// loaded at that moment, as hot code: processes enter it as OTP says, and what
// has run stays as it was. At a moment before the program has done anything it
// is run from its start instead.
type Fork struct {
	Program *ProgramText `json:"program"`
	Paused  bool         `json:"paused"`
}

// Seek goes to a moment.
type Seek struct {
	Seq uint64 `json:"seq"`
}

// Live goes to the latest moment.
type Live struct{}

// Speed sets the pace: beats a second, 0 for as fast as it goes.
type Speed struct {
	PerSecond float64 `json:"perSecond"`
}

// ShowSystem shows or hides the system processes.
type ShowSystem struct {
	Show bool `json:"show"`
}

// Fold folds or unfolds a process.
type Fold struct {
	Node uint64 `json:"node"`
	Fold bool   `json:"fold"`
}

// WatchViews sets which views are looked at, of visual.Watches.
type WatchViews struct {
	Views []string `json:"views"`
}

// CrowdOf says what the crowd's cells tell.
type CrowdOf struct {
	By string `json:"by"` // a name of visual.CrowdBy
}

// GlanceAt asks for a process's cell, or if Node is 0 for the one at a place.
type GlanceAt struct {
	X    int    `json:"x"`
	Y    int    `json:"y"`
	Node uint64 `json:"node"`
}

// Reveal makes a process a node of its own.
type Reveal struct {
	Node uint64 `json:"node"`
}

// Control acts on a process.
type Control struct {
	Node uint64 `json:"node"`
	// What is one of kill, exit, send, suspend, resume, freeze, thaw, drop, delay.
	What string `json:"what"`
	// Text is the reason or the message in Elixir, or the delay in milliseconds.
	Text string `json:"text"`
	// Message is the message to drop or delay: the ID of its envelope.
	Message uint64 `json:"message"`
}

// Network acts on the nodes of the machine.
type Network struct {
	// What is one of cut, heal, latency, which are about the link of A and B, and
	// stopNode, which is about A.
	What    string  `json:"what"`
	A       int     `json:"a"`
	B       int     `json:"b"`
	Latency float64 `json:"latency"` // milliseconds
}

// Breaks are what a run pauses at.
type Breaks struct {
	Crash   bool   `json:"crash"`
	Restart bool   `json:"restart"`
	Spawn   bool   `json:"spawn"`
	Pattern string `json:"pattern"` // of a message that is sent, in Elixir, with guards; "" for none
}

// PartOf asks for a part of a term, see system.PartQuery. A message is named by
// its envelope, or by its place when Message is 0.
type PartOf struct {
	Node    uint64 `json:"node"`
	Root    string `json:"root"`
	Message uint64 `json:"message"`
	Table   uint64 `json:"table"`
	Place   int    `json:"place"`
	Path    []int  `json:"path"`
	From    int    `json:"from"`
}

// LifeOf asks for a life.
type LifeOf struct {
	Node uint64 `json:"node"`
}

// SheetOf asks for rows, see system.SheetQuery.
type SheetOf struct {
	Page       string `json:"page"`
	Sort       string `json:"sort"`
	Descending bool   `json:"descending"`
	Filter     string `json:"filter"`
	From       int    `json:"from"`
	Count      int    `json:"count"`
	Table      uint64 `json:"table"`
}

// GaugesOf asks for numbers.
type GaugesOf struct{}

// Inspect asks for details.
type Inspect struct {
	Node uint64 `json:"node"`
}

// WhyOf asks for causes: of an event, of what a process did last, or of the
// crash that an event of writing tells of.
type WhyOf struct {
	Node    uint64 `json:"node"`
	Seq     uint64 `json:"seq"`
	Written uint64 `json:"written"`
}

// SequenceOf asks for rows of the sequence diagram. The rest says how it is laid
// out, see visual.DiagramOptions.
type SequenceOf struct {
	Tag     int      `json:"tag"`
	First   int      `json:"first"`
	Rows    int      `json:"rows"`
	Follow  bool     `json:"follow"` // the last rows, whatever First says
	At      uint64   `json:"at"`     // the rows around this event, whatever First says
	Hidden  []uint64 `json:"hidden"`
	Order   []uint64 `json:"order"`
	Grouped bool     `json:"grouped"`
	Local   bool     `json:"local"`
	Why     uint64   `json:"why"`
	Grey    bool     `json:"grey"`
}

// ParseRequest reads a request: a JSON object with "do" and the fields of that
// request. A field it does not know is an error, so that a mistake on the page
// shows.
func ParseRequest(data []byte) (any, error) {
	do, err := readHead(data)
	if err != nil {
		return nil, fmt.Errorf("session: request: %w", err)
	}
	for _, info := range Requests {
		if info.Do != do {
			continue
		}
		request := reflect.New(reflect.TypeOf(info.Zero)).Elem()
		if err := readBody(data, request); err != nil {
			return nil, fmt.Errorf("session: request %s: %w", do, err)
		}
		return request.Interface(), nil
	}
	return nil, fmt.Errorf("session: no request is called %q", do)
}
