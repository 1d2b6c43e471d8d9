package visual

// The messages that describe a scene to the page. Every message is a struct
// with a number in Messages; a batch is a row of them (see Encode). Nodes are
// known by the process's number, which is never used twice; group nodes have
// numbers of their own above GroupBase. Times named At or Start are on the
// scene's clock, in milliseconds; Time is the machine's virtual time, in
// milliseconds.

// MessageInfo describes a kind of message.
type MessageInfo struct {
	Op   uint8
	Zero any // a zero value of the message's type
	Doc  string
}

// Messages is the one source for the scene's messages. Numbers below 64 are
// the scene's; those above belong to the session.
var Messages = []MessageInfo{
	{1, Reset{}, "Forget the scene; a full description follows."},
	{2, Frame{}, "The moment the batch shows. Comes first in each batch."},
	{3, Node{}, "A process or a group is there, or looks different now."},
	{4, Place{}, "Where a node is drawn: its box in layout units, which are CSS pixels at zoom 1."},
	{5, Bounds{}, "The size of the whole layout."},
	{6, Gone{}, "A node is no longer drawn."},
	{7, Mailbox{}, "What waits in a mailbox: the first messages and the count of all. A message whose Flight has not landed is not drawn yet."},
	{8, Taken{}, "A receive took a message out of the mailbox; those before it were skipped."},
	{9, Edge{}, "Two nodes are connected."},
	{10, EdgeGone{}, "A connection ended."},
	{11, Flight{}, "A message travels. It lands in the mailbox as the envelope with the same ID."},
	{12, Signal{}, "An exit signal travels."},
	{13, Pulse{}, "So many messages travelled between two nodes that only their number is shown."},
	{14, Birth{}, "A process is born: its node grows out of its maker's."},
	{15, Death{}, "A process ends: its node bursts for a crash, fades otherwise."},
	{16, Restart{}, "A supervisor started a child again; New stands where Old stood."},
	{17, Supervision{}, "A supervisor's rules and how much of its limit of restarts is used."},
	{18, Narration{}, "One sentence on what happens."},
	{19, Counts{}, "The counters."},
	{20, Mark{}, "A mark on the timeline."},
	{21, Extent{}, "What the timeline spans, and where the scene stands in it."},
	{22, Output{}, "Text for the console."},
	{23, Line{}, "The line of source a process is at."},
	{24, Stats{}, "Numbers on a process, for the inspector and the observer."},
	{25, Slice{}, "A process ran on a scheduler."},
	{28, Scheduler{}, "What a scheduler does."},
	{29, Turns{}, "How many schedulers there are, and the latest turns, in place of all that were told before."},
	{26, Crowd{}, "The crowd's picture: its size, and the tiles that changed."},
	{32, Glance{}, "What is known of a cell of the crowd; the answer to glance."},
	{27, Chart{}, "A part of the sequence diagram; see Diagram."},
	{40, Island{}, "A node of the machine is there, or looks different now, where there are several."},
	{41, IslandGone{}, "A node of the machine is no longer drawn."},
	{42, NodeWire{}, "Two nodes of the machine are joined, in one way or another."},
	{43, NodeWireGone{}, "They no longer are, since one of them is gone."},
}

// NodeKind says what a process is.
type NodeKind uint8

// The kinds of nodes.
const (
	PlainProcess NodeKind = iota
	Script
	GenServer
	Supervisor
	Task
	Agent
	Registry
	Statem
	SystemProcess
	Group
	ShellProcess // of the interactive shell: whoever types is there
)

// Status says what a process does.
type Status uint8

// The statuses.
const (
	Ready Status = iota // could run, has no scheduler
	Running
	Waiting // in a receive
	Suspended
	Exited
	Crashed
)

// EdgeKind says how two nodes are connected.
type EdgeKind uint8

// The kinds of edges.
const (
	ParentEdge     EdgeKind = iota // From made To, and no supervisor is between them
	SupervisorEdge                 // From supervises To
	LinkEdge                       // linked, where no SupervisorEdge says so already
	MonitorEdge                    // From watches To
)

// Shape says what a message is; it mirrors trace.Shape.
type Shape uint8

// Tone says what a narration or a mark is about.
type Tone uint8

// The tones.
const (
	BirthTone Tone = iota
	MessageTone
	ReceiveTone
	LinkTone
	EndTone
	CrashTone
	RestartTone
	TimerTone
	OutputTone
	NameTone
	ManyTone
)

// Device is where text was written to.
type Device uint8

// The devices.
const (
	Stdout Device = iota
	Stderr
	Shell // the interactive shell's own
)

// Out says why a process left its scheduler; it mirrors trace.Out.
type Out uint8

// Reset forgets the scene.
type Reset struct{}

// Frame is the moment a batch shows.
type Frame struct {
	At   float64 // the scene's clock
	Time float64 // virtual time
	Seq  uint64  // the last event applied
}

// Node describes a process or a group.
type Node struct {
	ID         uint64
	Pid        string // "0.112.0"; "" for a group
	Name       string // what it is called: the registered name, a label, or the pid
	Names      []string
	Kind       NodeKind
	Behaviour  string // the callback module "Cell", or the initial call "Tally.loop/1"
	Status     Status
	Detail     string // what it does, in words: "waiting in receive", "line 20"
	State      string // the state of a behaviour, as inspect shows it, cut
	Parent     uint64 // who made it, 0 for nobody
	Supervisor uint64 // who supervises it, 0 for nobody
	ChildID    string // its id with its supervisor
	Life       int    // 1 for the first process in its slot, 2 for the one that took its place ...
	TrapExit   bool
	Frozen     bool   // its mailbox takes no message
	Reason     string // why it ended, "" while it lives
	Before     string // why the process before it in the slot ended
	Members    int    // of a group: how many processes it stands for
	Crashed    int    // of a group: how many of its members crashed
	System     bool
	Folded     bool // what hangs below it is one group node
	OldCode    bool // it runs code that has been replaced
	// A process that waits with a timeout: since when and until when, on the
	// machine's clock in milliseconds; both 0 for any other.
	Since, Until float64
}

// Place is a node's box.
type Place struct {
	ID         uint64
	X, Y, W, H float64
}

// Bounds is the size of the layout.
type Bounds struct{ W, H float64 }

// Gone takes a node away.
type Gone struct{ ID uint64 }

// Envelope is a message in a mailbox.
type Envelope struct {
	ID      uint64 // the Seq of its Send
	From    uint64
	Label   string
	Shape   Shape
	Skipped bool // a receive looked at it and passed it over
}

// Mailbox is what waits for a process.
type Mailbox struct {
	Node  uint64
	Count int
	First []Envelope // at most MaxEnvelopes
	Out   int        // messages that a frozen mailbox keeps out
	Held  []Envelope // the first of them, at most MaxEnvelopes
}

// Taken tells of a receive.
type Taken struct {
	Node     uint64
	Envelope Envelope
	Skipped  int // how many messages before it stayed
	Line     int // of the clause, 0 if not known
	At       float64
}

// Edge connects two nodes.
type Edge struct {
	ID       uint64
	Kind     EdgeKind
	From, To uint64
}

// EdgeGone takes a connection away.
type EdgeGone struct{ ID uint64 }

// Flight is a message under way.
type Flight struct {
	ID       uint64 // the Seq of its Send
	From, To uint64 // From is 0 for a message of the machine itself
	Label    string
	Shape    Shape
	Via      string // the name it was sent to, or ""
	Lost     bool   // nobody gets it: To is dead, or 0
	Start    float64
	Duration float64
}

// Signal is an exit signal under way.
type Signal struct {
	ID       uint64
	From, To uint64
	Reason   string
	Linked   bool // it travels along a link; else it was sent by exit/2
	Quiet    bool // its reason is normal: nobody dies of it
	Start    float64
	Duration float64
}

// Pulse stands for many messages.
type Pulse struct {
	ID       uint64
	From, To uint64
	Count    int
	Label    string // of the last one
	Start    float64
	Duration float64
}

// Birth shows where a process comes from.
type Birth struct {
	Node, Parent uint64
	Start        float64
	Duration     float64
}

// Death shows how a process ends.
type Death struct {
	Node     uint64
	Crash    bool
	Reason   string
	Banner   string // "(RuntimeError) cell broke", or ""
	Line     int    // where it failed, 0 if not known
	By       uint64 // whose exit signal ended it, or 0
	Start    float64
	Duration float64
}

// Restart shows a child coming back.
type Restart struct {
	Supervisor uint64
	Old, New   uint64
	Life       int
	Start      float64
	Duration   float64
}

// Supervision is a supervisor's bookkeeping.
type Supervision struct {
	Node     uint64
	Strategy string
	Used     int // restarts within the last Seconds
	Max      int
	Seconds  int
	GaveUp   bool
}

// Narration is a sentence.
type Narration struct {
	Seq  uint64
	Time float64
	Node uint64
	Tone Tone
	Text string
}

// Counts are the counters above the stage.
type Counts struct {
	Processes int // alive, shown ones
	Born      int
	Messages  int
	Restarts  int
	Crashes   int
	System    int // alive system processes, not in Processes
}

// Mark is a point of interest on the timeline.
type Mark struct {
	Seq  uint64
	Time float64
	Node uint64
	Tone Tone
	Text string
}

// Extent is the timeline's span. A seek is possible to any Seq in it.
type Extent struct {
	First, Last, Current uint64 // Seq
	Start, End           float64
	Keyframes            int
}

// Piece is a part of an Output: the event that brought it, and how long it is in
// UTF-16 units.
type Piece struct {
	Seq    uint64
	Length int
}

// Output is text written by a process. Parts says what each event brought when
// they are several; Seq and Time are the last one's.
type Output struct {
	Seq    uint64
	Time   float64
	Node   uint64
	Name   string
	Device Device
	Text   string
	Parts  []Piece
}

// Line is a place in the source.
type Line struct {
	Node     uint64
	File     string
	Line     int
	Function string
}

// Stats are a process's numbers.
type Stats struct {
	Node        uint64
	Reductions  uint64
	Heap        uint64 // words after the last collection
	HeapBefore  uint64 // words before it
	Collections int
	Queue       int
	Sent        uint64
	Received    uint64
}

// Slice tells of a turn that is over, and is shown as it goes on.
type Slice struct {
	Turn     Turn
	At       float64 // on the scene's clock
	Duration float64 // 0 for one that is not shown going on
}

// Turn is a process's turn on a scheduler. Start and End are milliseconds of the
// machine's one thread, which the schedulers share.
type Turn struct {
	Scheduler  int
	From       int // the scheduler in whose run queue it stood: another one if it was stolen
	Pid        uint64
	Name       string
	System     bool
	Start, End float64
	Reductions int
	Out        Out
}

// Turns are the latest turns.
type Turns struct {
	Schedulers int // how many there are at each node
	Latest     []Turn
}

// Scheduler is one virtual scheduler.
type Scheduler struct {
	Index     int    // its number: that of its node, from 0, times 16, and its own there, from 0
	Pid       uint64 // who runs, or ran last; 0 for nobody yet
	Name      string
	From      int        // the scheduler in whose run queue it stood
	Busy      bool       // it runs now
	Queues    []RunQueue // by priority: max, high, normal, low
	Slices    int
	Preempted int    // slices that ended because the reductions were used up
	Stolen    int    // processes it took from another's queue
	Given     int    // processes that another took from its queues
	Work      uint64 // reductions
}

// RunQueue is a row of processes that are ready to run.
type RunQueue struct {
	Count int
	First []Waiter // none when their order is not known
}

// Waiter is a process in a run queue.
type Waiter struct {
	Pid    uint64
	Name   string
	System bool
}

// Crowd tells of the crowd's picture: a cell for each process, in the order of
// Hilbert's curve, those of one maker side by side.
type Crowd struct {
	By        CrowdBy
	Processes int
	LeftOut   int  // processes for which there was no cell
	Anew      bool // the picture before is void; nobody was born or died
	W, H      int  // of the picture, in cells
	Tiles     []Tile
}

// Tile is a square of TileSide by TileSide cells, row by row: a byte for each,
// EmptyCell where nobody is, else what CrowdBy says.
type Tile struct {
	X, Y  int // in tiles
	Bytes []byte
}

// CrowdBy says what the bytes of the crowd's cells tell.
type CrowdBy uint8

// What a cell's byte can tell.
const (
	ByStatus  CrowdBy = iota // the Status
	ByMailbox                // 0 for an empty mailbox, else 1 plus the binary logarithm of the number of messages
	ByAge                    // the binary logarithm of the age in milliseconds plus 1
)

// Glance is what a cell of the crowd holds. Pid is 0 when nobody is there.
type Glance struct {
	X, Y     int
	Pid      uint64
	Name     string
	Doing    string // its status in words, and its initial call
	Status   Status
	Queue    int
	Age      float64 // milliseconds
	Maker    uint64
	MakerIs  string
	Siblings int    // those of the same maker, itself included
	Where    []Area // their part of the picture
}

// Area is a rectangle of cells.
type Area struct{ X, Y, W, H int }

// Chart is a part of the sequence diagram. Rows count from 0, and things lie
// between two of them, too; columns are those of the lanes that are shown, from
// the left, -1 for what comes from elsewhere or goes there.
type Chart struct {
	Tag         int    // of the request
	Rows        int    // of the whole diagram
	First, Last int    // the rows that are described, Last not with them
	Now         int    // so many rows have happened at the moment shown
	Acts        int    // acts in the whole diagram, local ones with them
	Of          int    // acts there would be without Why
	Cut         bool   // the run began before the first row
	Busy        bool   // more of the run is being read
	Why         uint64 // the event whose past is shown, or 0
	Lanes       []ChartLane
	Marks       []ChartMark
	Arrows      []ChartArrow
	Waits       []ChartWait
}

// ChartLane is a line of the diagram: a process and those who take its place.
type ChartLane struct {
	ID        uint64 // the number of its first process
	Name      string
	Kind      NodeKind
	Behaviour string
	Column    int // -1 when it is hidden
	// Depth is how far below the outermost supervisor it stands, when lanes are grouped.
	Depth int
	Group string // the name of its supervisor when lanes are grouped, or ""
	Lives []ChartLife
}

// ChartLife is a process on its lane, from row to row; End is -1 while it lives.
type ChartLife struct {
	Node       uint64
	Number     int
	Begin, End float64
	Crash      bool
	Reason     string
}

// ChartMark is an act at its place on a lane.
type ChartMark struct {
	Seq    uint64
	Time   float64 // virtual
	Node   uint64  // the process that acts, or 0
	Row    float64
	Column int
	Kind   ActKind
	Shape  Shape
	Crash  bool
	Count  int    // of local acts or merged messages
	Line   int    // of source, 0 if not known
	Label  string // a few words
	Whole  string // all of what Label says the beginning of, as far as it is known, or ""
	Text   string // a sentence
	Dim    bool   // it is no part of the past that is asked for
	Main   bool   // it is on the main line of causes
}

// ChartArrow goes from lane to lane.
type ChartArrow struct {
	Seq               uint64
	Kind              ActKind
	Shape             Shape
	FromRow, ToRow    float64 // ToRow is -1 while it is under way
	FromColumn        int
	ToColumn          int
	Count             int
	Label             string
	Lost, Hush, Crash bool // nobody gets it; nobody dies of it; it tells of a crash
	Dim, Main         bool
}

// ChartWait is a message that waits in a mailbox, or a timer that runs; ToRow is
// -1 while it does. Those of a lane at the same time lie in different slots.
type ChartWait struct {
	Seq            uint64
	Column, Slot   int
	Shape          Shape
	Timer          bool
	FromRow, ToRow float64
	Dropped        bool // its process ended before, or it was cancelled
	Dim, Main      bool
}

// Enumerations names the values of each enumerated type, in order. The names
// are what the page sees.
var Enumerations = []Enumeration{
	{NodeKind(0), []string{"process", "script", "genserver", "supervisor", "task", "agent", "registry", "statem", "system", "group", "shell"}},
	{Status(0), []string{"ready", "running", "waiting", "suspended", "exited", "crashed"}},
	{EdgeKind(0), []string{"parent", "supervises", "link", "monitor"}},
	{Shape(0), []string{"plain", "call", "cast", "reply", "exit", "down", "timeout", "system", "io", "ack"}},
	{Tone(0), []string{"birth", "message", "receive", "link", "end", "crash", "restart", "timer", "output", "name", "many"}},
	{Device(0), []string{"stdout", "stderr", "shell"}},
	{Out(0), []string{"preempted", "waiting", "suspended", "ended", "yielded"}},
	{ActKind(0), []string{"begin", "spawn", "exit", "send", "deliver", "take", "signal", "restart", "gaveUp", "timer", "fire", "link", "monitor", "local", "many"}},
	{CrowdBy(0), []string{"status", "mailbox", "age"}},
	{WireState(0), []string{"connected", "closed", "cut"}},
}

// Enumeration names the values of a type that is a byte.
type Enumeration struct {
	Zero  any
	Names []string
}

// String returns the kind's name.
func (k NodeKind) String() string { return Enumerations[0].Names[k] }

// String returns the status's name.
func (s Status) String() string { return Enumerations[1].Names[s] }

// String returns the kind's name.
func (k EdgeKind) String() string { return Enumerations[2].Names[k] }

// String returns the shape's name.
func (s Shape) String() string { return Enumerations[3].Names[s] }

// String returns the tone's name.
func (t Tone) String() string { return Enumerations[4].Names[t] }

// String returns the device's name.
func (d Device) String() string { return Enumerations[5].Names[d] }

// String returns the reason's name.
func (o Out) String() string { return Enumerations[6].Names[o] }

// String returns the kind's name.
func (k ActKind) String() string { return Enumerations[7].Names[k] }

// String returns what is told.
func (b CrowdBy) String() string { return Enumerations[8].Names[b] }

// String returns the state's name.
func (w WireState) String() string { return Enumerations[9].Names[w] }
