package session

import (
	"slices"

	"vivarium/visual"
)

// Messages are the session's own messages; their numbers are from 64.
var Messages = []visual.MessageInfo{
	{Op: 64, Zero: Ready{}, Doc: "The session can take requests. The first message of all."},
	{Op: 65, Zero: RunState{}, Doc: "What the machine does."},
	{Op: 66, Zero: Diagnostic{}, Doc: "What the compiler has to say."},
	{Op: 67, Zero: Finished{}, Doc: "A run ended."},
	{Op: 68, Zero: Details{}, Doc: "What the machine knows about a process now; the answer to inspect."},
	{Op: 69, Zero: Refused{}, Doc: "A request could not be done."},
	{Op: 70, Zero: Why{}, Doc: "What led to an event; the answer to why."},
	{Op: 71, Zero: Verdict{}, Doc: "What came of the questions that run brought."},
	{Op: 72, Zero: Notebook{}, Doc: "A notebook taken apart; the answer to notebook."},
	{Op: 73, Zero: Branch{}, Doc: "The run goes on from an earlier moment. What had come after it is of another run now, the ghost."},
	{Op: 74, Zero: Difference{}, Doc: "The first event in which the run differs from its ghost."},
	{Op: 85, Zero: SavedRun{}, Doc: "The run as a file; the answer to save."},
	{Op: 86, Zero: Replaying{}, Doc: "A saved run begins again; what it is a run of."},
	{Op: 87, Zero: Replayed{}, Doc: "A saved run was gone through to where it was saved."},
	{Op: 80, Zero: Controlled{}, Doc: "What came of a control; the answer to control and breaks."},
	{Op: 81, Zero: BreakHit{}, Doc: "The run paused at what breaks said."},
	{Op: 110, Zero: TermPart{}, Doc: "A part of a term; the answer to part."},
	{Op: 111, Zero: Life{}, Doc: "What happened to a process; the answer to life."},
	{Op: 112, Zero: Sheet{}, Doc: "A window of a page of the Observer; the answer to sheet."},
	{Op: 113, Zero: Gauges{}, Doc: "The numbers of the whole machine; the answer to gauges."},
	{Op: 114, Zero: OpenView{}, Doc: "The program asks for a view of the page."},
	{Op: 82, Zero: Checked{}, Doc: "What is wrong with a program; the answer to check."},
	{Op: 83, Zero: Formatted{}, Doc: "A source formatted; the answer to format."},
	{Op: 84, Zero: Loaded{}, Doc: "What came of load."},
	{Op: 120, Zero: Asking{}, Doc: "Who waits for a line to be typed."},
	{Op: 121, Zero: Completions{}, Doc: "What a text could go on with; the answer to complete."},
	{Op: 122, Zero: About{}, Doc: "What stands at a place of a program; an answer to ask."},
	{Op: 123, Zero: Definition{}, Doc: "Where what stands there is defined; an answer to ask."},
	{Op: 124, Zero: Nothing{}, Doc: "There is no answer to ask."},
	{Op: 125, Zero: Reload{}, Doc: "The shell was told to load what has changed in the editor."},
}

// Enumerations are the scene's and the session's enumerated types.
var Enumerations = slices.Concat(visual.Enumerations, []visual.Enumeration{
	{Zero: State(0), Names: []string{"idle", "compiling", "running", "paused", "waiting", "ended"}},
	{Zero: Severity(0), Names: []string{"error", "warning"}},
	{Zero: Outcome(0), Names: []string{"ok", "failed", "stopped", "halted"}},
	{Zero: TestState(0), Names: []string{"passed", "failed", "skipped", "excluded", "invalid"}},
	{Zero: ModuleState(0), Names: []string{"new", "changed", "same"}},
})

// Wire encodes and decodes batches.
var Wire = visual.NewWire(visual.Messages, Messages)

// State is what the machine does.
type State uint8

// The states.
const (
	Idle      State = iota // there is no program
	Compiling              // the program is being compiled; nothing runs yet
	Running
	Paused
	Waiting // every process waits and no timer runs: only a request can change something
	Ended
)

// Severity is how bad a diagnostic is; it mirrors diag.Severity.
type Severity uint8

// Outcome is how a run ended.
type Outcome uint8

// The outcomes.
const (
	Ok      Outcome = iota // the script came to its end
	Failed                 // the script did not compile or died of an error
	Stopped                // a request stopped it
	Halted                 // the program called System.halt or System.stop
)

// TestState is what came of a test.
type TestState uint8

// The states of tests.
const (
	Passed TestState = iota
	TestFailed
	Skipped
	Excluded
	Invalid // its setup failed
)

// Ready greets the page.
type Ready struct {
	Version string // of Elixir, "1.20.4"
}

// RunState tells what the machine does.
type RunState struct {
	Run       int // number of the run, from 1
	State     State
	PerSecond float64 // the pace in beats a second, 0 for unlimited
	Seed      uint64
	// Live is false while an earlier moment is shown.
	Live bool
}

// Diagnostic is an error or warning of the compiler. Lines and columns count
// from 1, 0 is unknown; columns count characters (code points).
type Diagnostic struct {
	File      string
	Line      int
	Column    int
	EndLine   int
	EndColumn int
	Severity  Severity
	Kind      string // the exception, "CompileError"; "" for a warning
	Message   string
	Text      string // as Elixir prints it, with its snippet
}

// Finished tells how a run ended.
type Finished struct {
	Run     int
	Outcome Outcome
	Status  int    // the exit status
	Text    string // for Failed: "** (KeyError) key :price not found in: ..."
}

// Branch tells where a run parted from its ghost. Times are virtual, in
// milliseconds.
type Branch struct {
	Seq  uint64
	Time float64
	Last uint64 // the ghost's end
	End  float64
}

// Difference is where a run and its ghost differ first: what happens now, and
// what happened then. OldSeq is 0 when the ghost was over.
type Difference struct {
	Seq     uint64
	Time    float64
	Now     string
	OldSeq  uint64
	OldTime float64
	Then    string
}

// SavedRun is a run as a file.
type SavedRun struct {
	File string // its text
	Hash string // of its events
}

// Replaying tells of what a saved run is a run.
type Replaying struct {
	Run    int
	File   string // the program's name
	Source string
	Seed   uint64
}

// Replayed tells whether a saved run came out the same.
type Replayed struct {
	Run  int
	Same bool
	Hash string // of the events now
	Text string // in words
}

// Row is a line of details.
type Row struct {
	Label, Value string
}

// Details are the rows for the inspector.
type Details struct {
	Node          uint64
	Rows          []Row
	Ties          []Tie
	Stack         []Call
	Line          int // of the program's own file where it is, 0 for nowhere
	HasState      bool
	HasDictionary bool
	Frozen        bool
	Halted        bool // suspended from outside
	Messages      int  // in the mailbox
	Held          int  // kept out of it
}

// Refused tells of a request that could not be done.
type Refused struct {
	Do   string // the request
	Text string // why
}

// Tie is another process, or a name, that a process has to do with.
type Tie struct {
	Kind string // "ancestor", "parent", "link", "monitor", "monitored by", "group leader"
	Node uint64 // 0 for a name that nobody has
	Name string
}

// Call is a call on a stack.
type Call struct {
	Text string
	File string
	Line int
	Own  bool // of the program's own file
}

// TermPart is a part of a term and some of its children.
type TermPart struct {
	Node     uint64
	Root     string
	Message  uint64
	Table    uint64
	Place    int
	Path     []int
	From     int
	Gone     bool // it is not there any more
	Text     string
	Kind     string
	Count    int // children
	Children []TermChild
}

// TermChild is a term within another.
type TermChild struct {
	Key   string
	Text  string
	Kind  string
	Count int
}

// Life is what happened to a process, and to those whose place it took.
type Life struct {
	Node    uint64
	Lives   int // it and those before it
	Left    int // earlier moments that are not told
	Points  []Point
	Moments []Moment
}

// Point is a size of a heap.
type Point struct {
	Time  float64
	Words uint64
}

// Moment is an event of a life.
type Moment struct {
	Seq  uint64
	Time float64
	Tone visual.Tone
	Text string
}

// Sheet is a window of a page of the Observer.
type Sheet struct {
	Page  string
	Table uint64
	Total int
	From  int
	Rows  []SheetRow
}

// SheetRow is a row of it.
type SheetRow struct {
	Node  uint64 // the process it is about, or 0
	ID    uint64 // the table, or the row's place in it
	Cells []string
}

// Gauges are the numbers of the machine at a moment. What counts does so from
// the start of the run.
type Gauges struct {
	Run             int
	Time            float64  // virtual, milliseconds
	Samples         []Sample // over the run, up to the moment
	Processes       int
	Runnable        int
	Queues          []int // runnable processes by scheduler
	MemoryProcesses float64
	MemoryCode      float64
	MemoryAtoms     float64
	MemoryBinaries  float64
	MemoryTables    float64
	Reductions      float64
	Switches        float64
	Messages        float64
	Atoms           int
	Timers          int
	Tables          int
	Modules         int
}

// Sample are some of the numbers at a time of the run.
type Sample struct {
	At         float64 // milliseconds of the host's time in which the program ran
	Seq        uint64
	Processes  int
	Runnable   int
	Memory     []float64 // of processes, code, atoms, binaries, tables
	Reductions float64
	Messages   float64
}

// OpenView asks for a view, by the name of its tab.
type OpenView struct{ View string }

// Controlled tells what came of a control.
type Controlled struct {
	Node    uint64
	What    string
	Problem string // why it could not be done, "" when it was
}

// BreakHit tells why a run paused.
type BreakHit struct {
	Seq  uint64
	Node uint64
	Text string
}

// Why is the main line of the causes of an event, the earliest first.
type Why struct {
	Node  uint64
	Seq   uint64 // the event
	Steps []visual.Narration
}

// Verdict is what came of the questions of a run: an answer for each that was
// asked, in their order, and a result for each test of the check.
type Verdict struct {
	Run     int
	Answers []Answer
	Tests   []Test
	// Problem says why the check could not be run, "" when it was.
	Problem string
	// Value is what the source came to, if run asked for it.
	Value string
}

// Answer is what a question came to.
type Answer struct {
	Choice  int    // the index of the first pattern that matches, -1 when none does
	Value   string // as inspect shows it
	Problem string // why the question could not be answered, or ""
}

// Test is what a test came to. Code, Left and Right are the assertion that
// failed and its sides, "" where there is no such thing.
type Test struct {
	Name    string
	State   TestState
	Message string // what its author says of the failure, or the error
	Code    string
	Left    string
	Right   string
}

// Notebook is a notebook as the page shows it.
type Notebook struct {
	JSON string // a lessons.Page
}

// Checked is what is wrong with a program.
type Checked struct {
	ID int
	// Problem says why it could not be checked, or not in full; "" when it was.
	Problem     string
	Diagnostics []Diagnostic
}

// Formatted is a source as the formatter writes it.
type Formatted struct {
	ID      int
	Source  string
	Problem string // why it could not be formatted, "" when it was
	Line    int    // of the problem
}

// Loaded tells which modules were loaded into the running machine.
type Loaded struct {
	Modules []LoadedModule
	Problem string // why not all were, "" when they were
}

// LoadedModule is a module of the program.
type LoadedModule struct {
	Name  string
	State ModuleState
}

// ModuleState is what loading did to a module; it mirrors system.ModuleState.
type ModuleState uint8

// Asking tells who waits for a line.
type Asking struct {
	Program bool
	Shell   bool
	Shelled bool // there is a shell
}

// Completions are what a text could go on with.
type Completions struct {
	ID    int
	From  int // how many characters before the cursor are replaced
	Items []CompletionItem
}

// CompletionItem is one way to go on.
type CompletionItem struct {
	Text   string // what stands there then
	Label  string // what it is shown as: "map/2"
	Kind   string // "module", "function", "macro", "variable", "field", "struct", "attribute", "keyword"
	Detail string // a signature, or what a field or variable holds
	Doc    string
}

// About is what stands at a place of a program.
type About struct {
	ID    int
	Title string // a module, or signatures, one a line
	Text  string // its documentation, in Markdown
	Line  int    // where it stands, columns counting characters from 1
	From  int
	To    int
}

// Definition is where something is defined.
type Definition struct {
	ID     int
	File   string
	Line   int
	Column int
}

// Nothing was found.
type Nothing struct {
	ID int
}

// Reload asks the page to load the program's changes.
type Reload struct{}
