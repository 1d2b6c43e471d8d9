/**
 * What crosses between the page and the session in the worker: requests, and
 * the messages of batches. The tables are generated from the Go side, where
 * every message and its fields are explained: visual/message.go,
 * wasm/session/message.go and wasm/session/request.go. The binary form is told
 * in visual/wire.go.
 *
 * Times called `at` and `start` (with `duration`) are on the scene's clock, in
 * milliseconds: the clock of `frame.at`. `time` is the machine's virtual time,
 * in milliseconds.
 */

/** The fields of a message with their wire types; `*` marks a list. */
type Fields = readonly (readonly [name: string, type: string])[];

// --- generated from visual/message.go and wasm/session: go test ./wasm/session -update ---

export type NodeKind =
  | "process"
  | "script"
  | "genserver"
  | "supervisor"
  | "task"
  | "agent"
  | "registry"
  | "statem"
  | "system"
  | "group"
  | "shell";

export type Status =
  | "ready"
  | "running"
  | "waiting"
  | "suspended"
  | "exited"
  | "crashed";

export type EdgeKind =
  | "parent"
  | "supervises"
  | "link"
  | "monitor";

export type Shape =
  | "plain"
  | "call"
  | "cast"
  | "reply"
  | "exit"
  | "down"
  | "timeout"
  | "system"
  | "io"
  | "ack";

export type Tone =
  | "birth"
  | "message"
  | "receive"
  | "link"
  | "end"
  | "crash"
  | "restart"
  | "timer"
  | "output"
  | "name"
  | "many";

export type Device =
  | "stdout"
  | "stderr"
  | "shell";

export type Out =
  | "preempted"
  | "waiting"
  | "suspended"
  | "ended"
  | "yielded";

export type ActKind =
  | "begin"
  | "spawn"
  | "exit"
  | "send"
  | "deliver"
  | "take"
  | "signal"
  | "restart"
  | "gaveUp"
  | "timer"
  | "fire"
  | "link"
  | "monitor"
  | "local"
  | "many";

export type CrowdBy =
  | "status"
  | "mailbox"
  | "age";

export type WireState =
  | "connected"
  | "closed"
  | "cut";

export type State =
  | "idle"
  | "compiling"
  | "running"
  | "paused"
  | "waiting"
  | "ended";

export type Severity =
  | "error"
  | "warning";

export type Outcome =
  | "ok"
  | "failed"
  | "stopped"
  | "halted";

export type TestState =
  | "passed"
  | "failed"
  | "skipped"
  | "excluded"
  | "invalid";

export type ModuleState =
  | "new"
  | "changed"
  | "same";

/** Part of messages. */
export interface Envelope {
  readonly id: number;
  readonly from: number;
  readonly label: string;
  readonly shape: Shape;
  readonly skipped: boolean;
}

/** Part of messages. */
export interface Piece {
  readonly seq: number;
  readonly length: number;
}

/** Part of messages. */
export interface Turn {
  readonly scheduler: number;
  readonly from: number;
  readonly pid: number;
  readonly name: string;
  readonly system: boolean;
  readonly start: number;
  readonly end: number;
  readonly reductions: number;
  readonly out: Out;
}

/** Part of messages. */
export interface Waiter {
  readonly pid: number;
  readonly name: string;
  readonly system: boolean;
}

/** Part of messages. */
export interface RunQueue {
  readonly count: number;
  readonly first: readonly Waiter[];
}

/** Part of messages. */
export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly bytes: Uint8Array;
}

/** Part of messages. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Part of messages. */
export interface ChartLife {
  readonly node: number;
  readonly number: number;
  readonly begin: number;
  readonly end: number;
  readonly crash: boolean;
  readonly reason: string;
}

/** Part of messages. */
export interface ChartLane {
  readonly id: number;
  readonly name: string;
  readonly kind: NodeKind;
  readonly behaviour: string;
  readonly column: number;
  readonly depth: number;
  readonly group: string;
  readonly lives: readonly ChartLife[];
}

/** Part of messages. */
export interface ChartMark {
  readonly seq: number;
  readonly time: number;
  readonly node: number;
  readonly row: number;
  readonly column: number;
  readonly kind: ActKind;
  readonly shape: Shape;
  readonly crash: boolean;
  readonly count: number;
  readonly line: number;
  readonly label: string;
  readonly whole: string;
  readonly text: string;
  readonly dim: boolean;
  readonly main: boolean;
}

/** Part of messages. */
export interface ChartArrow {
  readonly seq: number;
  readonly kind: ActKind;
  readonly shape: Shape;
  readonly fromRow: number;
  readonly toRow: number;
  readonly fromColumn: number;
  readonly toColumn: number;
  readonly count: number;
  readonly label: string;
  readonly lost: boolean;
  readonly hush: boolean;
  readonly crash: boolean;
  readonly dim: boolean;
  readonly main: boolean;
}

/** Part of messages. */
export interface ChartWait {
  readonly seq: number;
  readonly column: number;
  readonly slot: number;
  readonly shape: Shape;
  readonly timer: boolean;
  readonly fromRow: number;
  readonly toRow: number;
  readonly dropped: boolean;
  readonly dim: boolean;
  readonly main: boolean;
}

/** Part of messages. */
export interface Row {
  readonly label: string;
  readonly value: string;
}

/** Part of messages. */
export interface Tie {
  readonly kind: string;
  readonly node: number;
  readonly name: string;
}

/** Part of messages. */
export interface Call {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly own: boolean;
}

/** Part of messages. */
export interface Narration {
  readonly seq: number;
  readonly time: number;
  readonly node: number;
  readonly tone: Tone;
  readonly text: string;
}

/** Part of messages. */
export interface Answer {
  readonly choice: number;
  readonly value: string;
  readonly problem: string;
}

/** Part of messages. */
export interface Test {
  readonly name: string;
  readonly state: TestState;
  readonly message: string;
  readonly code: string;
  readonly left: string;
  readonly right: string;
}

/** Part of messages. */
export interface TermChild {
  readonly key: string;
  readonly text: string;
  readonly kind: string;
  readonly count: number;
}

/** Part of messages. */
export interface Point {
  readonly time: number;
  readonly words: number;
}

/** Part of messages. */
export interface Moment {
  readonly seq: number;
  readonly time: number;
  readonly tone: Tone;
  readonly text: string;
}

/** Part of messages. */
export interface SheetRow {
  readonly node: number;
  readonly id: number;
  readonly cells: readonly string[];
}

/** Part of messages. */
export interface Sample {
  readonly at: number;
  readonly seq: number;
  readonly processes: number;
  readonly runnable: number;
  readonly memory: readonly number[];
  readonly reductions: number;
  readonly messages: number;
}

/** Part of messages. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly kind: string;
  readonly message: string;
  readonly text: string;
}

/** Part of messages. */
export interface LoadedModule {
  readonly name: string;
  readonly state: ModuleState;
}

/** Part of messages. */
export interface CompletionItem {
  readonly text: string;
  readonly label: string;
  readonly kind: string;
  readonly detail: string;
  readonly doc: string;
}

/** Forget the scene; a full description follows. */
export interface Reset {
  readonly type: "reset";
}

/** The moment the batch shows. Comes first in each batch. */
export interface Frame {
  readonly type: "frame";
  readonly at: number;
  readonly time: number;
  readonly seq: number;
}

/** A process or a group is there, or looks different now. */
export interface Node {
  readonly type: "node";
  readonly id: number;
  readonly pid: string;
  readonly name: string;
  readonly names: readonly string[];
  readonly kind: NodeKind;
  readonly behaviour: string;
  readonly status: Status;
  readonly detail: string;
  readonly state: string;
  readonly parent: number;
  readonly supervisor: number;
  readonly childId: string;
  readonly life: number;
  readonly trapExit: boolean;
  readonly frozen: boolean;
  readonly reason: string;
  readonly before: string;
  readonly members: number;
  readonly crashed: number;
  readonly system: boolean;
  readonly folded: boolean;
  readonly oldCode: boolean;
  readonly since: number;
  readonly until: number;
}

/** Where a node is drawn: its box in layout units, which are CSS pixels at zoom 1. */
export interface Place {
  readonly type: "place";
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The size of the whole layout. */
export interface Bounds {
  readonly type: "bounds";
  readonly w: number;
  readonly h: number;
}

/** A node is no longer drawn. */
export interface Gone {
  readonly type: "gone";
  readonly id: number;
}

/** What waits in a mailbox: the first messages and the count of all. A message whose Flight has not landed is not drawn yet. */
export interface Mailbox {
  readonly type: "mailbox";
  readonly node: number;
  readonly count: number;
  readonly first: readonly Envelope[];
  readonly out: number;
  readonly held: readonly Envelope[];
}

/** A receive took a message out of the mailbox; those before it were skipped. */
export interface Taken {
  readonly type: "taken";
  readonly node: number;
  readonly envelope: Envelope;
  readonly skipped: number;
  readonly line: number;
  readonly at: number;
}

/** Two nodes are connected. */
export interface Edge {
  readonly type: "edge";
  readonly id: number;
  readonly kind: EdgeKind;
  readonly from: number;
  readonly to: number;
}

/** A connection ended. */
export interface EdgeGone {
  readonly type: "edgeGone";
  readonly id: number;
}

/** A message travels. It lands in the mailbox as the envelope with the same ID. */
export interface Flight {
  readonly type: "flight";
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly shape: Shape;
  readonly via: string;
  readonly lost: boolean;
  readonly start: number;
  readonly duration: number;
}

/** An exit signal travels. */
export interface Signal {
  readonly type: "signal";
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly linked: boolean;
  readonly quiet: boolean;
  readonly start: number;
  readonly duration: number;
}

/** So many messages travelled between two nodes that only their number is shown. */
export interface Pulse {
  readonly type: "pulse";
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly label: string;
  readonly start: number;
  readonly duration: number;
}

/** A process is born: its node grows out of its maker's. */
export interface Birth {
  readonly type: "birth";
  readonly node: number;
  readonly parent: number;
  readonly start: number;
  readonly duration: number;
}

/** A process ends: its node bursts for a crash, fades otherwise. */
export interface Death {
  readonly type: "death";
  readonly node: number;
  readonly crash: boolean;
  readonly reason: string;
  readonly banner: string;
  readonly line: number;
  readonly by: number;
  readonly start: number;
  readonly duration: number;
}

/** A supervisor started a child again; New stands where Old stood. */
export interface Restart {
  readonly type: "restart";
  readonly supervisor: number;
  readonly old: number;
  readonly new: number;
  readonly life: number;
  readonly start: number;
  readonly duration: number;
}

/** A supervisor's rules and how much of its limit of restarts is used. */
export interface Supervision {
  readonly type: "supervision";
  readonly node: number;
  readonly strategy: string;
  readonly used: number;
  readonly max: number;
  readonly seconds: number;
  readonly gaveUp: boolean;
}

/** One sentence on what happens. */
export interface Narration {
  readonly type: "narration";
  readonly seq: number;
  readonly time: number;
  readonly node: number;
  readonly tone: Tone;
  readonly text: string;
}

/** The counters. */
export interface Counts {
  readonly type: "counts";
  readonly processes: number;
  readonly born: number;
  readonly messages: number;
  readonly restarts: number;
  readonly crashes: number;
  readonly system: number;
}

/** A mark on the timeline. */
export interface Mark {
  readonly type: "mark";
  readonly seq: number;
  readonly time: number;
  readonly node: number;
  readonly tone: Tone;
  readonly text: string;
}

/** What the timeline spans, and where the scene stands in it. */
export interface Extent {
  readonly type: "extent";
  readonly first: number;
  readonly last: number;
  readonly current: number;
  readonly start: number;
  readonly end: number;
  readonly keyframes: number;
}

/** Text for the console. */
export interface Output {
  readonly type: "output";
  readonly seq: number;
  readonly time: number;
  readonly node: number;
  readonly name: string;
  readonly device: Device;
  readonly text: string;
  readonly parts: readonly Piece[];
}

/** The line of source a process is at. */
export interface Line {
  readonly type: "line";
  readonly node: number;
  readonly file: string;
  readonly line: number;
  readonly function: string;
}

/** Numbers on a process, for the inspector and the observer. */
export interface Stats {
  readonly type: "stats";
  readonly node: number;
  readonly reductions: number;
  readonly heap: number;
  readonly heapBefore: number;
  readonly collections: number;
  readonly queue: number;
  readonly sent: number;
  readonly received: number;
}

/** A process ran on a scheduler. */
export interface Slice {
  readonly type: "slice";
  readonly turn: Turn;
  readonly at: number;
  readonly duration: number;
}

/** What a scheduler does. */
export interface Scheduler {
  readonly type: "scheduler";
  readonly index: number;
  readonly pid: number;
  readonly name: string;
  readonly from: number;
  readonly busy: boolean;
  readonly queues: readonly RunQueue[];
  readonly slices: number;
  readonly preempted: number;
  readonly stolen: number;
  readonly given: number;
  readonly work: number;
}

/** How many schedulers there are, and the latest turns, in place of all that were told before. */
export interface Turns {
  readonly type: "turns";
  readonly schedulers: number;
  readonly latest: readonly Turn[];
}

/** The crowd's picture: its size, and the tiles that changed. */
export interface Crowd {
  readonly type: "crowd";
  readonly by: CrowdBy;
  readonly processes: number;
  readonly leftOut: number;
  readonly anew: boolean;
  readonly w: number;
  readonly h: number;
  readonly tiles: readonly Tile[];
}

/** What is known of a cell of the crowd; the answer to glance. */
export interface Glance {
  readonly type: "glance";
  readonly x: number;
  readonly y: number;
  readonly pid: number;
  readonly name: string;
  readonly doing: string;
  readonly status: Status;
  readonly queue: number;
  readonly age: number;
  readonly maker: number;
  readonly makerIs: string;
  readonly siblings: number;
  readonly where: readonly Area[];
}

/** A part of the sequence diagram; see Diagram. */
export interface Chart {
  readonly type: "chart";
  readonly tag: number;
  readonly rows: number;
  readonly first: number;
  readonly last: number;
  readonly now: number;
  readonly acts: number;
  readonly of: number;
  readonly cut: boolean;
  readonly busy: boolean;
  readonly why: number;
  readonly lanes: readonly ChartLane[];
  readonly marks: readonly ChartMark[];
  readonly arrows: readonly ChartArrow[];
  readonly waits: readonly ChartWait[];
}

/** A node of the machine is there, or looks different now, where there are several. */
export interface Island {
  readonly type: "island";
  readonly number: number;
  readonly name: string;
  readonly up: boolean;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A node of the machine is no longer drawn. */
export interface IslandGone {
  readonly type: "islandGone";
  readonly number: number;
}

/** Two nodes of the machine are joined, in one way or another. */
export interface NodeWire {
  readonly type: "nodeWire";
  readonly a: number;
  readonly b: number;
  readonly state: WireState;
  readonly latency: number;
}

/** They no longer are, since one of them is gone. */
export interface NodeWireGone {
  readonly type: "nodeWireGone";
  readonly a: number;
  readonly b: number;
}

/** The session can take requests. The first message of all. */
export interface Ready {
  readonly type: "ready";
  readonly version: string;
}

/** What the machine does. */
export interface RunState {
  readonly type: "runState";
  readonly run: number;
  readonly state: State;
  readonly perSecond: number;
  readonly seed: number;
  readonly live: boolean;
}

/** What the compiler has to say. */
export interface Diagnostic {
  readonly type: "diagnostic";
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly kind: string;
  readonly message: string;
  readonly text: string;
}

/** A run ended. */
export interface Finished {
  readonly type: "finished";
  readonly run: number;
  readonly outcome: Outcome;
  readonly status: number;
  readonly text: string;
}

/** What the machine knows about a process now; the answer to inspect. */
export interface Details {
  readonly type: "details";
  readonly node: number;
  readonly rows: readonly Row[];
  readonly ties: readonly Tie[];
  readonly stack: readonly Call[];
  readonly line: number;
  readonly hasState: boolean;
  readonly hasDictionary: boolean;
  readonly frozen: boolean;
  readonly halted: boolean;
  readonly messages: number;
  readonly held: number;
}

/** A request could not be done. */
export interface Refused {
  readonly type: "refused";
  readonly do: string;
  readonly text: string;
}

/** What led to an event; the answer to why. */
export interface Why {
  readonly type: "why";
  readonly node: number;
  readonly seq: number;
  readonly steps: readonly Narration[];
}

/** What came of the questions that run brought. */
export interface Verdict {
  readonly type: "verdict";
  readonly run: number;
  readonly answers: readonly Answer[];
  readonly tests: readonly Test[];
  readonly problem: string;
  readonly value: string;
}

/** A notebook taken apart; the answer to notebook. */
export interface Notebook {
  readonly type: "notebook";
  readonly jSON: string;
}

/** The run goes on from an earlier moment. What had come after it is of another run now, the ghost. */
export interface Branch {
  readonly type: "branch";
  readonly seq: number;
  readonly time: number;
  readonly last: number;
  readonly end: number;
}

/** The first event in which the run differs from its ghost. */
export interface Difference {
  readonly type: "difference";
  readonly seq: number;
  readonly time: number;
  readonly now: string;
  readonly oldSeq: number;
  readonly oldTime: number;
  readonly then: string;
}

/** The run as a file; the answer to save. */
export interface SavedRun {
  readonly type: "savedRun";
  readonly file: string;
  readonly hash: string;
}

/** A saved run begins again; what it is a run of. */
export interface Replaying {
  readonly type: "replaying";
  readonly run: number;
  readonly file: string;
  readonly source: string;
  readonly seed: number;
}

/** A saved run was gone through to where it was saved. */
export interface Replayed {
  readonly type: "replayed";
  readonly run: number;
  readonly same: boolean;
  readonly hash: string;
  readonly text: string;
}

/** What came of a control; the answer to control and breaks. */
export interface Controlled {
  readonly type: "controlled";
  readonly node: number;
  readonly what: string;
  readonly problem: string;
}

/** The run paused at what breaks said. */
export interface BreakHit {
  readonly type: "breakHit";
  readonly seq: number;
  readonly node: number;
  readonly text: string;
}

/** A part of a term; the answer to part. */
export interface TermPart {
  readonly type: "termPart";
  readonly node: number;
  readonly root: string;
  readonly message: number;
  readonly table: number;
  readonly place: number;
  readonly path: readonly number[];
  readonly from: number;
  readonly gone: boolean;
  readonly text: string;
  readonly kind: string;
  readonly count: number;
  readonly children: readonly TermChild[];
}

/** What happened to a process; the answer to life. */
export interface Life {
  readonly type: "life";
  readonly node: number;
  readonly lives: number;
  readonly left: number;
  readonly points: readonly Point[];
  readonly moments: readonly Moment[];
}

/** A window of a page of the Observer; the answer to sheet. */
export interface Sheet {
  readonly type: "sheet";
  readonly page: string;
  readonly table: number;
  readonly total: number;
  readonly from: number;
  readonly rows: readonly SheetRow[];
}

/** The numbers of the whole machine; the answer to gauges. */
export interface Gauges {
  readonly type: "gauges";
  readonly run: number;
  readonly time: number;
  readonly samples: readonly Sample[];
  readonly processes: number;
  readonly runnable: number;
  readonly queues: readonly number[];
  readonly memoryProcesses: number;
  readonly memoryCode: number;
  readonly memoryAtoms: number;
  readonly memoryBinaries: number;
  readonly memoryTables: number;
  readonly reductions: number;
  readonly switches: number;
  readonly messages: number;
  readonly atoms: number;
  readonly timers: number;
  readonly tables: number;
  readonly modules: number;
}

/** The program asks for a view of the page. */
export interface OpenView {
  readonly type: "openView";
  readonly view: string;
}

/** What is wrong with a program; the answer to check. */
export interface Checked {
  readonly type: "checked";
  readonly id: number;
  readonly problem: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A source formatted; the answer to format. */
export interface Formatted {
  readonly type: "formatted";
  readonly id: number;
  readonly source: string;
  readonly problem: string;
  readonly line: number;
}

/** What came of load. */
export interface Loaded {
  readonly type: "loaded";
  readonly modules: readonly LoadedModule[];
  readonly problem: string;
}

/** Who waits for a line to be typed. */
export interface Asking {
  readonly type: "asking";
  readonly program: boolean;
  readonly shell: boolean;
  readonly shelled: boolean;
}

/** What a text could go on with; the answer to complete. */
export interface Completions {
  readonly type: "completions";
  readonly id: number;
  readonly from: number;
  readonly items: readonly CompletionItem[];
}

/** What stands at a place of a program; an answer to ask. */
export interface About {
  readonly type: "about";
  readonly id: number;
  readonly title: string;
  readonly text: string;
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Where what stands there is defined; an answer to ask. */
export interface Definition {
  readonly type: "definition";
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** There is no answer to ask. */
export interface Nothing {
  readonly type: "nothing";
  readonly id: number;
}

/** The shell was told to load what has changed in the editor. */
export interface Reload {
  readonly type: "reload";
}

/** Everything a batch can hold. */
export type Message =
  | Reset
  | Frame
  | Node
  | Place
  | Bounds
  | Gone
  | Mailbox
  | Taken
  | Edge
  | EdgeGone
  | Flight
  | Signal
  | Pulse
  | Birth
  | Death
  | Restart
  | Supervision
  | Narration
  | Counts
  | Mark
  | Extent
  | Output
  | Line
  | Stats
  | Slice
  | Scheduler
  | Turns
  | Crowd
  | Glance
  | Chart
  | Island
  | IslandGone
  | NodeWire
  | NodeWireGone
  | Ready
  | RunState
  | Diagnostic
  | Finished
  | Details
  | Refused
  | Why
  | Verdict
  | Notebook
  | Branch
  | Difference
  | SavedRun
  | Replaying
  | Replayed
  | Controlled
  | BreakHit
  | TermPart
  | Life
  | Sheet
  | Gauges
  | OpenView
  | Checked
  | Formatted
  | Loaded
  | Asking
  | Completions
  | About
  | Definition
  | Nothing
  | Reload;

/** Part of requests. */
export interface Cell {
  readonly file: string;
  readonly source: string;
}

/** Part of requests. */
export interface Ask {
  readonly ask: string;
  readonly when: readonly string[];
}

/** Part of requests. */
export interface ProgramText {
  readonly source: string;
  readonly file: string;
  readonly before: readonly Cell[];
  readonly files: readonly Cell[];
}

/** Everything the page can ask for; send it as JSON. */
export type Request =
  /** Stop what runs, compile the source and run it from the start. */
  | { readonly do: "run"; readonly source?: string; readonly file?: string; readonly seed?: number; readonly schedulers?: number; readonly perSecond?: number; readonly paused?: boolean; readonly observe?: boolean; readonly realTime?: boolean; readonly nodes?: readonly string[]; readonly before?: readonly Cell[]; readonly files?: readonly Cell[]; readonly ask?: readonly Ask[]; readonly check?: string; readonly value?: boolean }
  /** Stop the run. The scene stays as it is. */
  | { readonly do: "stop" }
  /** Show no further event until resume or step. */
  | { readonly do: "pause" }
  /** Go on from the moment shown. */
  | { readonly do: "resume" }
  /** Go on by a step, then pause. */
  | { readonly do: "step"; readonly by?: string; readonly node?: number }
  /** Show the moment a step before. */
  | { readonly do: "stepBack"; readonly by?: string }
  /** Show the moment after an event, and pause. */
  | { readonly do: "seek"; readonly seq?: number }
  /** Show the latest moment again. */
  | { readonly do: "live" }
  /** Go on from the moment shown; what had come after it stays to be compared with. Branch and Difference tell. */
  | { readonly do: "fork"; readonly program?: ProgramText; readonly paused?: boolean }
  /** Save the run so far as a file; SavedRun is the answer. */
  | { readonly do: "save" }
  /** Stop what runs and go through a saved run again; Replayed tells whether it came out the same. */
  | { readonly do: "replay"; readonly file?: string; readonly perSecond?: number; readonly paused?: boolean }
  /** Set the pace. */
  | { readonly do: "speed"; readonly perSecond?: number }
  /** Show or hide the system processes. */
  | { readonly do: "system"; readonly show?: boolean }
  /** Fold a process, so that all that hangs below it is one group node, or unfold it. */
  | { readonly do: "fold"; readonly node?: number; readonly fold?: boolean }
  /** Say which views are looked at: what only others need is not told. At first none is. */
  | { readonly do: "watch"; readonly views?: readonly string[] }
  /** Say what the crowd's cells tell. */
  | { readonly do: "crowd"; readonly by?: string }
  /** Ask what a cell of the crowd holds, or where a process has its cell; Glance is the answer. */
  | { readonly do: "glance"; readonly x?: number; readonly y?: number; readonly node?: number }
  /** Make a process of a group a node of its own. In a run that is not watched the scene then shows it among its kin. */
  | { readonly do: "reveal"; readonly node?: number }
  /** Do something to a process: an Input of the run. Controlled is the answer. */
  | { readonly do: "control"; readonly node?: number; readonly what?: string; readonly text?: string; readonly message?: number }
  /** Do something to a node of the machine or to the link of two: an Input of the run. Controlled is the answer. */
  | { readonly do: "network"; readonly what?: string; readonly a?: number; readonly b?: number; readonly latency?: number }
  /** Say at what to pause, in this run and those after it. Controlled is the answer. */
  | { readonly do: "breaks"; readonly crash?: boolean; readonly restart?: boolean; readonly spawn?: boolean; readonly pattern?: string }
  /** Ask for details on a process; Details is the answer. */
  | { readonly do: "inspect"; readonly node?: number }
  /** Ask for a part of a term; TermPart is the answer. */
  | { readonly do: "part"; readonly node?: number; readonly root?: string; readonly message?: number; readonly table?: number; readonly place?: number; readonly path?: readonly number[]; readonly from?: number }
  /** Ask what happened to a process and to those whose place it took; Life is the answer. */
  | { readonly do: "life"; readonly node?: number }
  /** Ask for a window of a page of the Observer; Sheet is the answer. */
  | { readonly do: "sheet"; readonly page?: string; readonly sort?: string; readonly descending?: boolean; readonly filter?: string; readonly from?: number; readonly count?: number; readonly table?: number }
  /** Ask for the numbers of the whole machine; Gauges is the answer. */
  | { readonly do: "gauges" }
  /** Ask what led to an event, or to what a process did last up to the moment shown; Why is the answer. */
  | { readonly do: "why"; readonly node?: number; readonly seq?: number; readonly written?: number }
  /** Ask for a part of the sequence diagram; Chart is the answer, once for a tag, without one again and again while the view is watched. */
  | { readonly do: "sequence"; readonly tag?: number; readonly first?: number; readonly rows?: number; readonly follow?: boolean; readonly at?: number; readonly hidden?: readonly number[]; readonly order?: readonly number[]; readonly grouped?: boolean; readonly local?: boolean; readonly why?: number; readonly grey?: boolean }
  /** Start the interactive shell on the run's machine, or on one without a program; Asking tells when it waits for a line. */
  | { readonly do: "shell"; readonly width?: number }
  /** Give the program or the shell a line that was typed. */
  | { readonly do: "type"; readonly text?: string; readonly shell?: boolean }
  /** Give up what the shell evaluates, or the lines that are not complete. */
  | { readonly do: "interrupt" }
  /** Ask the shell what a text could go on with; Completions is the answer. */
  | { readonly do: "complete"; readonly id?: number; readonly text?: string }
  /** Load what has changed of the program's modules into the machine that runs it; Loaded is the answer. */
  | { readonly do: "load"; readonly program?: ProgramText }
  /** Check a program without running it; Checked is the answer. A later check takes the place of one under way. */
  | { readonly do: "check"; readonly id?: number; readonly program?: ProgramText }
  /** Ask about a place in a program; Completions, About or Definition is the answer, Nothing when there is none. */
  | { readonly do: "ask"; readonly id?: number; readonly what?: string; readonly program?: ProgramText; readonly file?: string; readonly line?: number; readonly column?: number }
  /** Format a source; Formatted is the answer. */
  | { readonly do: "format"; readonly id?: number; readonly source?: string; readonly file?: string }
  /** Take a notebook or script of the viewer's own apart; Notebook is the answer. */
  | { readonly do: "notebook"; readonly file?: string; readonly text?: string };

const enumerations: Readonly<Record<string, readonly string[]>> = {
  NodeKind: ["process", "script", "genserver", "supervisor", "task", "agent", "registry", "statem", "system", "group", "shell"],
  Status: ["ready", "running", "waiting", "suspended", "exited", "crashed"],
  EdgeKind: ["parent", "supervises", "link", "monitor"],
  Shape: ["plain", "call", "cast", "reply", "exit", "down", "timeout", "system", "io", "ack"],
  Tone: ["birth", "message", "receive", "link", "end", "crash", "restart", "timer", "output", "name", "many"],
  Device: ["stdout", "stderr", "shell"],
  Out: ["preempted", "waiting", "suspended", "ended", "yielded"],
  ActKind: ["begin", "spawn", "exit", "send", "deliver", "take", "signal", "restart", "gaveUp", "timer", "fire", "link", "monitor", "local", "many"],
  CrowdBy: ["status", "mailbox", "age"],
  WireState: ["connected", "closed", "cut"],
  State: ["idle", "compiling", "running", "paused", "waiting", "ended"],
  Severity: ["error", "warning"],
  Outcome: ["ok", "failed", "stopped", "halted"],
  TestState: ["passed", "failed", "skipped", "excluded", "invalid"],
  ModuleState: ["new", "changed", "same"],
};

const structs: Readonly<Record<string, Fields>> = {
  Envelope: [
    ["id", "uint"],
    ["from", "uint"],
    ["label", "string"],
    ["shape", "Shape"],
    ["skipped", "bool"],
  ],
  Piece: [
    ["seq", "uint"],
    ["length", "int"],
  ],
  Turn: [
    ["scheduler", "int"],
    ["from", "int"],
    ["pid", "uint"],
    ["name", "string"],
    ["system", "bool"],
    ["start", "float"],
    ["end", "float"],
    ["reductions", "int"],
    ["out", "Out"],
  ],
  Waiter: [
    ["pid", "uint"],
    ["name", "string"],
    ["system", "bool"],
  ],
  RunQueue: [
    ["count", "int"],
    ["first", "*Waiter"],
  ],
  Tile: [
    ["x", "int"],
    ["y", "int"],
    ["bytes", "bytes"],
  ],
  Area: [
    ["x", "int"],
    ["y", "int"],
    ["w", "int"],
    ["h", "int"],
  ],
  ChartLife: [
    ["node", "uint"],
    ["number", "int"],
    ["begin", "float"],
    ["end", "float"],
    ["crash", "bool"],
    ["reason", "string"],
  ],
  ChartLane: [
    ["id", "uint"],
    ["name", "string"],
    ["kind", "NodeKind"],
    ["behaviour", "string"],
    ["column", "int"],
    ["depth", "int"],
    ["group", "string"],
    ["lives", "*ChartLife"],
  ],
  ChartMark: [
    ["seq", "uint"],
    ["time", "float"],
    ["node", "uint"],
    ["row", "float"],
    ["column", "int"],
    ["kind", "ActKind"],
    ["shape", "Shape"],
    ["crash", "bool"],
    ["count", "int"],
    ["line", "int"],
    ["label", "string"],
    ["whole", "string"],
    ["text", "string"],
    ["dim", "bool"],
    ["main", "bool"],
  ],
  ChartArrow: [
    ["seq", "uint"],
    ["kind", "ActKind"],
    ["shape", "Shape"],
    ["fromRow", "float"],
    ["toRow", "float"],
    ["fromColumn", "int"],
    ["toColumn", "int"],
    ["count", "int"],
    ["label", "string"],
    ["lost", "bool"],
    ["hush", "bool"],
    ["crash", "bool"],
    ["dim", "bool"],
    ["main", "bool"],
  ],
  ChartWait: [
    ["seq", "uint"],
    ["column", "int"],
    ["slot", "int"],
    ["shape", "Shape"],
    ["timer", "bool"],
    ["fromRow", "float"],
    ["toRow", "float"],
    ["dropped", "bool"],
    ["dim", "bool"],
    ["main", "bool"],
  ],
  Row: [
    ["label", "string"],
    ["value", "string"],
  ],
  Tie: [
    ["kind", "string"],
    ["node", "uint"],
    ["name", "string"],
  ],
  Call: [
    ["text", "string"],
    ["file", "string"],
    ["line", "int"],
    ["own", "bool"],
  ],
  Narration: [
    ["seq", "uint"],
    ["time", "float"],
    ["node", "uint"],
    ["tone", "Tone"],
    ["text", "string"],
  ],
  Answer: [
    ["choice", "int"],
    ["value", "string"],
    ["problem", "string"],
  ],
  Test: [
    ["name", "string"],
    ["state", "TestState"],
    ["message", "string"],
    ["code", "string"],
    ["left", "string"],
    ["right", "string"],
  ],
  TermChild: [
    ["key", "string"],
    ["text", "string"],
    ["kind", "string"],
    ["count", "int"],
  ],
  Point: [
    ["time", "float"],
    ["words", "uint"],
  ],
  Moment: [
    ["seq", "uint"],
    ["time", "float"],
    ["tone", "Tone"],
    ["text", "string"],
  ],
  SheetRow: [
    ["node", "uint"],
    ["id", "uint"],
    ["cells", "*string"],
  ],
  Sample: [
    ["at", "float"],
    ["seq", "uint"],
    ["processes", "int"],
    ["runnable", "int"],
    ["memory", "*float"],
    ["reductions", "float"],
    ["messages", "float"],
  ],
  Diagnostic: [
    ["file", "string"],
    ["line", "int"],
    ["column", "int"],
    ["endLine", "int"],
    ["endColumn", "int"],
    ["severity", "Severity"],
    ["kind", "string"],
    ["message", "string"],
    ["text", "string"],
  ],
  LoadedModule: [
    ["name", "string"],
    ["state", "ModuleState"],
  ],
  CompletionItem: [
    ["text", "string"],
    ["label", "string"],
    ["kind", "string"],
    ["detail", "string"],
    ["doc", "string"],
  ],
};

const messages: Readonly<Record<number, readonly [string, Fields]>> = {
  1: ["reset", [
  ]],
  2: ["frame", [
    ["at", "float"],
    ["time", "float"],
    ["seq", "uint"],
  ]],
  3: ["node", [
    ["id", "uint"],
    ["pid", "string"],
    ["name", "string"],
    ["names", "*string"],
    ["kind", "NodeKind"],
    ["behaviour", "string"],
    ["status", "Status"],
    ["detail", "string"],
    ["state", "string"],
    ["parent", "uint"],
    ["supervisor", "uint"],
    ["childId", "string"],
    ["life", "int"],
    ["trapExit", "bool"],
    ["frozen", "bool"],
    ["reason", "string"],
    ["before", "string"],
    ["members", "int"],
    ["crashed", "int"],
    ["system", "bool"],
    ["folded", "bool"],
    ["oldCode", "bool"],
    ["since", "float"],
    ["until", "float"],
  ]],
  4: ["place", [
    ["id", "uint"],
    ["x", "float"],
    ["y", "float"],
    ["w", "float"],
    ["h", "float"],
  ]],
  5: ["bounds", [
    ["w", "float"],
    ["h", "float"],
  ]],
  6: ["gone", [
    ["id", "uint"],
  ]],
  7: ["mailbox", [
    ["node", "uint"],
    ["count", "int"],
    ["first", "*Envelope"],
    ["out", "int"],
    ["held", "*Envelope"],
  ]],
  8: ["taken", [
    ["node", "uint"],
    ["envelope", "Envelope"],
    ["skipped", "int"],
    ["line", "int"],
    ["at", "float"],
  ]],
  9: ["edge", [
    ["id", "uint"],
    ["kind", "EdgeKind"],
    ["from", "uint"],
    ["to", "uint"],
  ]],
  10: ["edgeGone", [
    ["id", "uint"],
  ]],
  11: ["flight", [
    ["id", "uint"],
    ["from", "uint"],
    ["to", "uint"],
    ["label", "string"],
    ["shape", "Shape"],
    ["via", "string"],
    ["lost", "bool"],
    ["start", "float"],
    ["duration", "float"],
  ]],
  12: ["signal", [
    ["id", "uint"],
    ["from", "uint"],
    ["to", "uint"],
    ["reason", "string"],
    ["linked", "bool"],
    ["quiet", "bool"],
    ["start", "float"],
    ["duration", "float"],
  ]],
  13: ["pulse", [
    ["id", "uint"],
    ["from", "uint"],
    ["to", "uint"],
    ["count", "int"],
    ["label", "string"],
    ["start", "float"],
    ["duration", "float"],
  ]],
  14: ["birth", [
    ["node", "uint"],
    ["parent", "uint"],
    ["start", "float"],
    ["duration", "float"],
  ]],
  15: ["death", [
    ["node", "uint"],
    ["crash", "bool"],
    ["reason", "string"],
    ["banner", "string"],
    ["line", "int"],
    ["by", "uint"],
    ["start", "float"],
    ["duration", "float"],
  ]],
  16: ["restart", [
    ["supervisor", "uint"],
    ["old", "uint"],
    ["new", "uint"],
    ["life", "int"],
    ["start", "float"],
    ["duration", "float"],
  ]],
  17: ["supervision", [
    ["node", "uint"],
    ["strategy", "string"],
    ["used", "int"],
    ["max", "int"],
    ["seconds", "int"],
    ["gaveUp", "bool"],
  ]],
  18: ["narration", [
    ["seq", "uint"],
    ["time", "float"],
    ["node", "uint"],
    ["tone", "Tone"],
    ["text", "string"],
  ]],
  19: ["counts", [
    ["processes", "int"],
    ["born", "int"],
    ["messages", "int"],
    ["restarts", "int"],
    ["crashes", "int"],
    ["system", "int"],
  ]],
  20: ["mark", [
    ["seq", "uint"],
    ["time", "float"],
    ["node", "uint"],
    ["tone", "Tone"],
    ["text", "string"],
  ]],
  21: ["extent", [
    ["first", "uint"],
    ["last", "uint"],
    ["current", "uint"],
    ["start", "float"],
    ["end", "float"],
    ["keyframes", "int"],
  ]],
  22: ["output", [
    ["seq", "uint"],
    ["time", "float"],
    ["node", "uint"],
    ["name", "string"],
    ["device", "Device"],
    ["text", "string"],
    ["parts", "*Piece"],
  ]],
  23: ["line", [
    ["node", "uint"],
    ["file", "string"],
    ["line", "int"],
    ["function", "string"],
  ]],
  24: ["stats", [
    ["node", "uint"],
    ["reductions", "uint"],
    ["heap", "uint"],
    ["heapBefore", "uint"],
    ["collections", "int"],
    ["queue", "int"],
    ["sent", "uint"],
    ["received", "uint"],
  ]],
  25: ["slice", [
    ["turn", "Turn"],
    ["at", "float"],
    ["duration", "float"],
  ]],
  28: ["scheduler", [
    ["index", "int"],
    ["pid", "uint"],
    ["name", "string"],
    ["from", "int"],
    ["busy", "bool"],
    ["queues", "*RunQueue"],
    ["slices", "int"],
    ["preempted", "int"],
    ["stolen", "int"],
    ["given", "int"],
    ["work", "uint"],
  ]],
  29: ["turns", [
    ["schedulers", "int"],
    ["latest", "*Turn"],
  ]],
  26: ["crowd", [
    ["by", "CrowdBy"],
    ["processes", "int"],
    ["leftOut", "int"],
    ["anew", "bool"],
    ["w", "int"],
    ["h", "int"],
    ["tiles", "*Tile"],
  ]],
  32: ["glance", [
    ["x", "int"],
    ["y", "int"],
    ["pid", "uint"],
    ["name", "string"],
    ["doing", "string"],
    ["status", "Status"],
    ["queue", "int"],
    ["age", "float"],
    ["maker", "uint"],
    ["makerIs", "string"],
    ["siblings", "int"],
    ["where", "*Area"],
  ]],
  27: ["chart", [
    ["tag", "int"],
    ["rows", "int"],
    ["first", "int"],
    ["last", "int"],
    ["now", "int"],
    ["acts", "int"],
    ["of", "int"],
    ["cut", "bool"],
    ["busy", "bool"],
    ["why", "uint"],
    ["lanes", "*ChartLane"],
    ["marks", "*ChartMark"],
    ["arrows", "*ChartArrow"],
    ["waits", "*ChartWait"],
  ]],
  40: ["island", [
    ["number", "int"],
    ["name", "string"],
    ["up", "bool"],
    ["x", "float"],
    ["y", "float"],
    ["w", "float"],
    ["h", "float"],
  ]],
  41: ["islandGone", [
    ["number", "int"],
  ]],
  42: ["nodeWire", [
    ["a", "int"],
    ["b", "int"],
    ["state", "WireState"],
    ["latency", "float"],
  ]],
  43: ["nodeWireGone", [
    ["a", "int"],
    ["b", "int"],
  ]],
  64: ["ready", [
    ["version", "string"],
  ]],
  65: ["runState", [
    ["run", "int"],
    ["state", "State"],
    ["perSecond", "float"],
    ["seed", "uint"],
    ["live", "bool"],
  ]],
  66: ["diagnostic", [
    ["file", "string"],
    ["line", "int"],
    ["column", "int"],
    ["endLine", "int"],
    ["endColumn", "int"],
    ["severity", "Severity"],
    ["kind", "string"],
    ["message", "string"],
    ["text", "string"],
  ]],
  67: ["finished", [
    ["run", "int"],
    ["outcome", "Outcome"],
    ["status", "int"],
    ["text", "string"],
  ]],
  68: ["details", [
    ["node", "uint"],
    ["rows", "*Row"],
    ["ties", "*Tie"],
    ["stack", "*Call"],
    ["line", "int"],
    ["hasState", "bool"],
    ["hasDictionary", "bool"],
    ["frozen", "bool"],
    ["halted", "bool"],
    ["messages", "int"],
    ["held", "int"],
  ]],
  69: ["refused", [
    ["do", "string"],
    ["text", "string"],
  ]],
  70: ["why", [
    ["node", "uint"],
    ["seq", "uint"],
    ["steps", "*Narration"],
  ]],
  71: ["verdict", [
    ["run", "int"],
    ["answers", "*Answer"],
    ["tests", "*Test"],
    ["problem", "string"],
    ["value", "string"],
  ]],
  72: ["notebook", [
    ["jSON", "string"],
  ]],
  73: ["branch", [
    ["seq", "uint"],
    ["time", "float"],
    ["last", "uint"],
    ["end", "float"],
  ]],
  74: ["difference", [
    ["seq", "uint"],
    ["time", "float"],
    ["now", "string"],
    ["oldSeq", "uint"],
    ["oldTime", "float"],
    ["then", "string"],
  ]],
  85: ["savedRun", [
    ["file", "string"],
    ["hash", "string"],
  ]],
  86: ["replaying", [
    ["run", "int"],
    ["file", "string"],
    ["source", "string"],
    ["seed", "uint"],
  ]],
  87: ["replayed", [
    ["run", "int"],
    ["same", "bool"],
    ["hash", "string"],
    ["text", "string"],
  ]],
  80: ["controlled", [
    ["node", "uint"],
    ["what", "string"],
    ["problem", "string"],
  ]],
  81: ["breakHit", [
    ["seq", "uint"],
    ["node", "uint"],
    ["text", "string"],
  ]],
  110: ["termPart", [
    ["node", "uint"],
    ["root", "string"],
    ["message", "uint"],
    ["table", "uint"],
    ["place", "int"],
    ["path", "*int"],
    ["from", "int"],
    ["gone", "bool"],
    ["text", "string"],
    ["kind", "string"],
    ["count", "int"],
    ["children", "*TermChild"],
  ]],
  111: ["life", [
    ["node", "uint"],
    ["lives", "int"],
    ["left", "int"],
    ["points", "*Point"],
    ["moments", "*Moment"],
  ]],
  112: ["sheet", [
    ["page", "string"],
    ["table", "uint"],
    ["total", "int"],
    ["from", "int"],
    ["rows", "*SheetRow"],
  ]],
  113: ["gauges", [
    ["run", "int"],
    ["time", "float"],
    ["samples", "*Sample"],
    ["processes", "int"],
    ["runnable", "int"],
    ["queues", "*int"],
    ["memoryProcesses", "float"],
    ["memoryCode", "float"],
    ["memoryAtoms", "float"],
    ["memoryBinaries", "float"],
    ["memoryTables", "float"],
    ["reductions", "float"],
    ["switches", "float"],
    ["messages", "float"],
    ["atoms", "int"],
    ["timers", "int"],
    ["tables", "int"],
    ["modules", "int"],
  ]],
  114: ["openView", [
    ["view", "string"],
  ]],
  82: ["checked", [
    ["id", "int"],
    ["problem", "string"],
    ["diagnostics", "*Diagnostic"],
  ]],
  83: ["formatted", [
    ["id", "int"],
    ["source", "string"],
    ["problem", "string"],
    ["line", "int"],
  ]],
  84: ["loaded", [
    ["modules", "*LoadedModule"],
    ["problem", "string"],
  ]],
  120: ["asking", [
    ["program", "bool"],
    ["shell", "bool"],
    ["shelled", "bool"],
  ]],
  121: ["completions", [
    ["id", "int"],
    ["from", "int"],
    ["items", "*CompletionItem"],
  ]],
  122: ["about", [
    ["id", "int"],
    ["title", "string"],
    ["text", "string"],
    ["line", "int"],
    ["from", "int"],
    ["to", "int"],
  ]],
  123: ["definition", [
    ["id", "int"],
    ["file", "string"],
    ["line", "int"],
    ["column", "int"],
  ]],
  124: ["nothing", [
    ["id", "int"],
  ]],
  125: ["reload", [
  ]],
};

// --- end of the generated part ---

/** The tables of the messages, for who writes batches: a measurement of the page without a machine. */
export const tables = { messages, structs, enumerations } as const;

/** Decodes a batch. Throws when the batch is not from the same build as the page. */
export function decode(batch: Uint8Array): readonly Message[] {
  const reader = new Reader(batch);
  const result: Message[] = [];
  while (!reader.atEnd()) {
    const op = reader.byte();
    const entry = messages[op];
    if (entry === undefined) throw new Error(`unknown message ${op} in a batch`);
    const [type, fields] = entry;
    result.push(reader.object(fields, { type }) as unknown as Message);
  }
  return result;
}

const utf8 = new TextDecoder();

/** Takes values off the front of a batch. */
class Reader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const b = this.bytes[this.at];
    if (b === undefined) throw new Error("truncated batch");
    this.at++;
    return b;
  }

  object(fields: Fields, into: Record<string, unknown>): Record<string, unknown> {
    for (const [name, type] of fields) into[name] = this.value(type);
    return into;
  }

  private value(type: string): unknown {
    if (type.startsWith("*")) {
      const element = type.slice(1);
      const list = new Array<unknown>(this.unsigned());
      for (let i = 0; i < list.length; i++) list[i] = this.value(element);
      return list;
    }
    switch (type) {
      case "uint":
        return this.unsigned();
      case "int":
        return this.signed();
      case "float": {
        const v = this.view.getFloat64(this.at, true);
        this.at += 8;
        return v;
      }
      case "bool":
        return this.byte() !== 0;
      case "string":
        return utf8.decode(this.take());
      case "bytes":
        return new Uint8Array(this.take());
    }
    const names = enumerations[type];
    if (names !== undefined) {
      const value = this.byte();
      return names[value] ?? String(value);
    }
    const fields = structs[type];
    if (fields === undefined) throw new Error(`unknown wire type ${type}`);
    return this.object(fields, {});
  }

  private take(): Uint8Array {
    const length = this.unsigned();
    const end = this.at + length;
    if (end > this.bytes.length) throw new Error("truncated batch");
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  /** Numbers beyond 2^32 occur (process numbers), beyond 2^53 not. */
  private unsigned(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const b = this.byte();
      value += (b & 0x7f) * scale;
      if (b < 0x80) return value;
      scale *= 128;
    }
  }

  private signed(): number {
    const u = this.unsigned();
    return u % 2 === 0 ? u / 2 : -(u + 1) / 2;
  }
}
