/** The page's state, the actions that change it, and the one pure reducer. */

import { cellsOf, questionKey, soleCell, type Cell, type Lesson } from "../lesson/model.ts";
import type { Answer, BreakHit, Checked, CrowdBy, Details, Diagnostic, Finished, Message, NodeKind, Output, ProgramText, RunState, Verdict } from "../protocol.ts";
import { judged, noCheck, unjudged, type CheckState } from "./check.ts";
import { addLines, addTexts, clearConsole, emptyConsole, linesAt, type ConsoleState } from "./console.ts";
import { breakText, complaint, controlled, noControl, reduceControl, type ControlAction, type ControlState } from "./control.ts";
import type { Kept } from "./kept.ts";
import { checkedProblems, checking, noteLoaded, unchecked, type Problems } from "./problems.ts";
import { placeOf } from "../timeline/pace.ts";
import { answered, emptyObserver, forgotten, reduceObserver, type ObserverAction, type ObserverState } from "./observer.ts";
import { words } from "../words.ts";
import { fileKey, filesOf, reduceFiles, type FileAction, type TextFile } from "./files.ts";
import { applyBatch, emptyScene, type Scene } from "./scene.ts";
import { emptySequence, sequenceAfter, type ChartRequest, type SequenceState, type WhyOf } from "./sequence.ts";
import { noShell, reduceShell, shellAfter, shellText, withoutShell, type ShellAction, type ShellState } from "./shell.ts";
import { tabOf, type Tab } from "./tab.ts";
import { applyCrowd, noCrowd, type CrowdState } from "./crowd.ts";
import { applyTime, noTime, type TimeState } from "./time.ts";
import { applyTurns, noTurns, type Turns } from "./turns.ts";

/** loading: the machine is not there yet; waiting: every process waits for ever; broken: the machine will not come. */
export type Phase = "loading" | "idle" | "running" | "waiting" | "ended" | "broken";

/** The lengths of a step. */
export const stepLengths = ["message", "event", "line", "slice", "reduction"] as const;
export type StepBy = (typeof stepLengths)[number];

export type Theme = "system" | "light" | "dark" | "contrast";

/** Whether the browser keeps what is typed: full when there is no room, refused when it keeps nothing for this page. */
export type Keeping = "kept" | "full" | "refused";

/** What is looked for on the stage. */
export interface Finding {
  /** Part of a name, or a pid. */
  readonly text: string;
  /** The kinds that are not shown. */
  readonly hidden: ReadonlySet<NodeKind>;
  /** Whether the system processes are shown. */
  readonly system: boolean;
}

/** Nothing is looked for, and everything but the system is shown. */
export const allShown: Finding = { text: "", hidden: new Set(), system: false };

export interface State {
  readonly lesson: Lesson;
  /** The index of the step that is shown. */
  readonly step: number;
  /** The program in the editor: one of the lesson's. */
  readonly cell: Cell;
  readonly source: string;
  /** The file in the editor: "" for the program itself, else one of those beside it, see state/files.ts. */
  readonly open: string;
  /** The file beside the program that was deleted last. */
  readonly deleted: TextFile | null;
  /** Edited programs by their cell's key; a program as its lesson has it is not among them. */
  readonly drafts: ReadonlyMap<string, string>;
  /** What the learner expected of a run, by the question's key. */
  readonly guesses: ReadonlyMap<string, number>;
  /** What the runs answered, by the question's key. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** The steps that were opened, as "slug#id". */
  readonly visited: ReadonlySet<string>;
  /** The exercises whose check has passed. */
  readonly passed: ReadonlySet<string>;
  readonly check: CheckState;
  readonly keeping: Keeping;
  /** What the page has to say that has no better place; "" for nothing. */
  readonly notice: string;
  readonly phase: Phase;
  /** The number of the run the machine is at; its messages carry it. */
  readonly run: number;
  readonly paused: boolean;
  /** A run was asked for while the machine was still loading. */
  readonly wanted: boolean;
  /** From 0, slow, to 1, as fast as it goes. */
  readonly speed: number;
  /** The speed that the visitor chose; a lesson that needs a faster one gets it. */
  readonly ownSpeed: number;
  /** The view of the run that is shown. */
  readonly tab: Tab;
  readonly finding: Finding;
  readonly scene: Scene;
  readonly sequence: SequenceState;
  readonly turns: Turns;
  readonly crowd: CrowdState;
  /** What the visitor wants the crowd's cells to tell. */
  readonly crowdBy: CrowdBy;
  /** A process that is selected and comes into the picture only now. */
  readonly awaited: number;
  /** How many schedulers the visitor wants from the next run on; 0 leaves it to the program. */
  readonly schedulers: number;
  readonly time: TimeState;
  /** The seed of the next run's interleaving. */
  readonly seed: number;
  /** How far a step goes. */
  readonly stepBy: StepBy;
  readonly console: ConsoleState;
  /** The shell, and who reads what is typed. */
  readonly shell: ShellState;
  /** A place of the program that somebody wants to see; each wish is another object. */
  readonly place: { readonly file: string; readonly line: number } | null;
  /** What the compiler said when the program was run. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is known of the text as it is now, see shownProblems. */
  readonly problems: Problems;
  /** The text that the machine runs, undefined when there is none. */
  readonly ran: string | undefined;
  /** The text that is being loaded into the machine. */
  readonly loading: string | undefined;
  /** Whether what compiles is loaded at each pause of typing. */
  readonly autoLoad: boolean;
  /** The line of the program that the script is at, 0 when there is none. */
  readonly line: number;
  readonly narration: string;
  readonly selected: number;
  /** What the machine said of the selected process, when it was last asked. */
  readonly details: Details | null;
  /** What is being done to processes, and where to pause. */
  readonly control: ControlState;
  /** The Observer, and what was looked at of the selected process. */
  readonly observer: ObserverState;
  readonly hovered: number;
  /** The process that the lesson is about was selected in this run; from then on it is the visitor's choice. */
  readonly focused: boolean;
  readonly theme: Theme;
}

export type Action =
  | ControlAction
  | ObserverAction
  /** Show a line of the program, as of a stack. */
  | { readonly type: "line"; readonly line: number }
  /** Another lesson; `step` is the one to begin with. */
  | { readonly type: "lesson"; readonly lesson: Lesson; readonly step?: number }
  /** Another step of the lesson. */
  | { readonly type: "turn"; readonly step: number }
  /** Another program of the lesson, by its key. */
  | { readonly type: "cell"; readonly key: string }
  | { readonly type: "edited"; readonly source: string }
  /** Back to the program as the lesson has it. */
  | { readonly type: "original" }
  | ShellAction
  | FileAction
  /** Show a line of the program in the editor. */
  | { readonly type: "goTo"; readonly file: string; readonly line: number }
  /** The text is being checked. */
  | { readonly type: "checking" }
  /** What came of checking a text. */
  | { readonly type: "checked"; readonly key: string; readonly text: string; readonly checked: Pick<Checked, "diagnostics" | "problem"> }
  /** Load what has changed into the program that runs, if it compiles. */
  | { readonly type: "save" }
  /** Load it now. */
  | { readonly type: "load" }
  /** It cannot be loaded. */
  | { readonly type: "unloadable" }
  | { readonly type: "autoLoad"; readonly on: boolean }
  | { readonly type: "expect"; readonly key: string; readonly choice: number }
  /** Run the program in the editor and its check. */
  | { readonly type: "check" }
  | { readonly type: "keeping"; readonly keeping: Keeping }
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "ready" }
  | { readonly type: "broken"; readonly reason: string }
  | { readonly type: "run"; readonly paused?: boolean }
  | { readonly type: "stop" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** Go on by a step; by an event from the timeline. */
  | { readonly type: "step"; readonly by?: StepBy }
  | { readonly type: "stepBack"; readonly by?: "message" | "event" }
  | { readonly type: "stepBy"; readonly by: StepBy }
  /** Go on from the moment shown; with the program as it is in the editor, when that has changed since the run began. */
  | { readonly type: "fork" }
  /** Save the run as a file. */
  | { readonly type: "saveRun" }
  /** Go through a saved run, whose text this is. */
  | { readonly type: "openRun"; readonly file: string }
  | { readonly type: "seed"; readonly seed: number }
  | { readonly type: "speed"; readonly speed: number }
  | { readonly type: "batch"; readonly messages: readonly Message[] }
  | { readonly type: "restarted" }
  | { readonly type: "tab"; readonly tab: Tab }
  /** What the crowd's cells tell. */
  | { readonly type: "crowdBy"; readonly by: CrowdBy }
  /** Ask what a cell of the crowd holds, or where a process has its cell. */
  | { readonly type: "glance"; readonly x: number; readonly y: number }
  | { readonly type: "glance"; readonly node: number }
  /** Show a process in the tree. */
  | { readonly type: "visit"; readonly node: number }
  /** How many schedulers the next run has. */
  | { readonly type: "schedulers"; readonly count: number }
  | { readonly type: "find"; readonly text: string }
  | { readonly type: "showKind"; readonly kind: NodeKind; readonly show: boolean }
  | { readonly type: "showSystem"; readonly show: boolean }
  /** Fold what hangs below a process into one node, or unfold it. */
  | { readonly type: "fold"; readonly node: number }
  | { readonly type: "select"; readonly node: number }
  | { readonly type: "hover"; readonly node: number }
  /** Show the moment after an event, and pause there. */
  | { readonly type: "seek"; readonly seq: number }
  /** Show the latest moment again. */
  | { readonly type: "live" }
  /** Ask for a part of the sequence diagram. */
  | { readonly type: "chart"; readonly request: ChartRequest }
  /** Show what led to an event, in the sequence diagram; without an event all of the run again. */
  | { readonly type: "why"; readonly of: WhyOf | undefined }
  | { readonly type: "theme"; readonly theme: Theme };

/** The state a page begins with. */
export function initialState(lesson: Lesson, kept: Kept): State {
  const cell = firstCell(lesson, 0);
  const ownSpeed = kept.speed ?? 0.45;
  return {
    lesson,
    step: 0,
    cell,
    source: kept.drafts.get(cell.key) ?? cell.source,
    open: "",
    deleted: null,
    drafts: kept.drafts,
    guesses: kept.guesses,
    answers: new Map(),
    visited: kept.visited,
    passed: kept.passed,
    check: noCheck,
    keeping: "kept",
    notice: "",
    phase: "loading",
    run: 0,
    paused: false,
    wanted: false,
    speed: speedFor(cell, ownSpeed),
    ownSpeed,
    tab: tabOf(cell.view),
    finding: allShown,
    scene: emptyScene,
    sequence: emptySequence,
    turns: noTurns,
    crowd: noCrowd,
    crowdBy: "status",
    awaited: 0,
    schedulers: 0,
    time: noTime,
    seed: cell.seed,
    stepBy: "message",
    console: emptyConsole,
    shell: noShell,
    place: null,
    diagnostics: [],
    problems: unchecked,
    ran: undefined,
    loading: undefined,
    autoLoad: kept.autoLoad ?? false,
    line: 0,
    narration: "",
    selected: 0,
    details: null,
    hovered: 0,
    control: noControl,
    observer: emptyObserver,
    focused: false,
    theme: kept.theme ?? "system",
  };
}

/** The reducer: every change of the page's state is here or in what it calls. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "lesson":
      return turned({ ...state, lesson: action.lesson, notice: "" }, action.step ?? 0);
    case "turn":
      return turned(state, action.step);
    case "cell": {
      const cell = cellsOf(state.lesson).find((c) => c.key === action.key);
      return cell && cell !== state.cell ? opened(state, cell) : state;
    }
    case "edited":
      return action.source === openText(state) ? state : edited(state, action.source);
    case "openFile":
    case "addFile":
    case "renameFile":
    case "deleteFile":
    case "undeleteFile":
    case "bringFiles": {
      const next = { ...state, ...reduceFiles(state, action, state.cell.key, state.cell.file) };
      return next.drafts === state.drafts ? next : altered(next);
    }
    case "original":
      return state.cell.source === state.source ? state : edited({ ...state, open: "" }, state.cell.source);
    case "clear":
      return action.panel === "console" ? { ...state, console: clearConsole(state.console) } : { ...state, shell: reduceShell(state.shell, action, false) };
    case "panel":
    case "shell":
    case "typed":
    case "interrupt":
    case "complete":
      return { ...state, shell: reduceShell(state.shell, action, state.phase === "loading") };
    case "goTo": {
      const file = action.file === state.cell.file || !filesOf(state.drafts, state.cell.key).some((f) => f.file === action.file) ? "" : action.file;
      return { ...state, open: file, place: { file: action.file, line: action.line } };
    }
    case "checking":
      return { ...state, problems: { ...state.problems, phase: "checking" } };
    case "checked":
      return action.key === state.cell.key && action.text === wholeText(state) ? { ...state, problems: checkedProblems(action.checked) } : state;
    case "save":
      return state;
    case "load":
      return alive(state) ? { ...state, loading: wholeText(state) } : state;
    case "unloadable":
      return { ...state, console: addLines(state.console, "", alive(state) ? "stderr" : "note", alive(state) ? words.loading.hasErrors : words.loading.nothingRuns) };
    case "autoLoad":
      return { ...state, autoLoad: action.on };
    case "expect":
      return { ...state, guesses: new Map(state.guesses).set(action.key, action.choice) };
    case "check":
      if (state.phase === "broken" || state.cell.check === "") return state;
      if (state.phase === "loading") return { ...state, wanted: true, check: { ...noCheck, phase: "running" } };
      return { ...cleared(state), phase: "running", wanted: false, ran: wholeText(state), check: { ...noCheck, phase: "running" } };
    case "keeping":
      return state.keeping === action.keeping ? state : { ...state, keeping: action.keeping };
    case "notice":
      return { ...state, notice: action.text };
    case "ready":
      return { ...state, phase: state.phase === "loading" ? "idle" : state.phase };
    case "broken":
      return { ...state, phase: "broken", wanted: false, check: noCheck, console: addLines(state.console, "", "stderr", action.reason) };
    case "run":
      if (state.phase === "broken") return state;
      if (state.phase === "loading") return { ...state, wanted: true, check: noCheck };
      return { ...cleared(state), phase: "running", paused: action.paused ?? false, wanted: false, ran: wholeText(state), check: noCheck };
    case "stop":
      return alive(state) ? { ...state, phase: "ended", paused: false, wanted: false, line: 0, check: unjudged(state.check) } : { ...state, wanted: false };
    case "pause":
    case "step":
      return acting(state) ? { ...state, paused: true } : state;
    case "stepBack":
      return state.time.last > 0 ? { ...state, paused: true } : state;
    case "stepBy":
      return { ...state, stepBy: action.by };
    case "saveRun":
      return state;
    case "openRun":
      if (state.phase === "loading" || state.phase === "broken") return { ...state, notice: "The machine is not ready yet." };
      return { ...cleared(state), phase: "running", wanted: false, check: noCheck };
    case "fork":
      return { ...state, paused: false, ran: wholeText(state) };
    case "seed":
      return Number.isSafeInteger(action.seed) && action.seed >= 0 ? { ...state, seed: action.seed } : state;
    case "resume":
      return { ...state, paused: false };
    case "speed":
      return { ...state, speed: Math.min(1, Math.max(0, action.speed)), ownSpeed: Math.min(1, Math.max(0, action.speed)) };
    case "batch":
      return reduceBatch(state, action.messages);
    case "restarted":
      // A program that was to run after the one that did not give way waits for the new machine.
      if (alive(state)) return { ...state, phase: "loading", run: 0, paused: false, line: 0, wanted: true };
      return { ...state, phase: "loading", run: 0, paused: false, line: 0, check: unjudged(state.check), console: addLines(state.console, "", "note", "The program did not give way, so the machine was restarted.") };
    case "tab":
      return state.tab === action.tab ? state : { ...state, tab: action.tab };
    case "crowdBy":
      return state.crowdBy === action.by ? state : { ...state, crowdBy: action.by };
    case "glance":
      return state;
    case "visit":
      return { ...selecting(state, action.node), tab: "tree" };
    case "schedulers":
      return state.schedulers === action.count ? state : { ...state, schedulers: Math.min(16, Math.max(1, Math.round(action.count))) };
    case "find":
      return state.finding.text === action.text ? state : { ...state, finding: { ...state.finding, text: action.text } };
    case "showKind": {
      const hidden = new Set(state.finding.hidden);
      if (action.show) hidden.delete(action.kind);
      else hidden.add(action.kind);
      return { ...state, finding: { ...state.finding, hidden } };
    }
    case "showSystem":
      return { ...state, finding: { ...state.finding, system: action.show } };
    case "fold":
      return state;
    case "select":
      return selecting(state, action.node);
    case "page":
    case "query":
    case "part": {
      const observer = reduceObserver(state.observer, action);
      return observer === state.observer ? state : { ...state, observer };
    }
    case "line":
      return state.line === action.line ? state : { ...state, line: action.line };
    case "control":
    case "unask":
    case "breaks":
    case "network":
      return withControl(state, reduceControl(state.control, action));
    case "menu":
    case "ask": {
      const node = action.type === "menu" ? (action.menu?.node ?? 0) : action.node;
      const next = withControl(state, reduceControl(state.control, action));
      return action.type === "menu" || next.selected === node ? next : { ...next, selected: node, details: null };
    }
    case "hover":
      return state.hovered === action.node ? state : { ...state, hovered: action.node };
    case "seek":
    case "live":
      return state;
    case "chart":
      return action.request.tag ? state : { ...state, sequence: { ...state.sequence, layout: action.request } };
    case "why":
      return action.of ? { ...state, tab: "sequence" } : { ...state, sequence: { ...state.sequence, why: undefined } };
    case "theme":
      return { ...state, theme: action.theme };
  }
}

/** A lesson with a hundred thousand processes cannot be watched event by event; a slower pace than the visitor's is no lesson's business. */
function speedFor(cell: Cell, own: number): number {
  return cell.pace === undefined ? own : Math.max(placeOf(cell.pace), own);
}

/** The program that a step opens with: its first, or the nearest one before it. */
function firstCell(lesson: Lesson, step: number): Cell {
  const own = lesson.steps[step]?.cells[0];
  const before = lesson.steps.slice(0, step).flatMap((s) => s.cells).at(-1);
  const cell = own ?? before ?? cellsOf(lesson)[0];
  return cell ?? soleCell(lesson.slug, "program.exs", "");
}

/** The state at another step. */
function turned(state: State, wanted: number): State {
  const step = Math.min(Math.max(0, wanted), Math.max(0, state.lesson.steps.length - 1));
  const id = state.lesson.steps[step]?.id ?? "";
  const visited = state.lesson.slug === "" || id === "" ? state.visited : new Set(state.visited).add(`${state.lesson.slug}#${id}`);
  const cell = firstCell(state.lesson, step);
  const next = { ...state, step, visited };
  // A step that has only words to say leaves the program before it as it is, running or not.
  return cell.key === state.cell.key && cell.source === state.cell.source ? { ...next, cell } : opened(next, cell);
}

/** The state with another program in the editor, and nothing of the last one's run. */
function opened(state: State, cell: Cell): State {
  const phase = state.phase === "loading" || state.phase === "broken" ? state.phase : "idle";
  return { ...cleared(state), cell, seed: cell.seed, schedulers: 0, source: state.drafts.get(cell.key) ?? cell.source, speed: speedFor(cell, state.ownSpeed), tab: tabOf(cell.view), phase, wanted: false, check: noCheck, problems: unchecked, ran: undefined, loading: undefined };
}

/** The state with another text. A diagnostic speaks of the text as it was when it was run, so it goes. */
function edited(state: State, source: string): State {
  const drafts = new Map(state.drafts);
  if (state.open !== "") return altered({ ...state, drafts: drafts.set(fileKey(state.cell.key, state.open), source) });
  if (state.cell.source === source) drafts.delete(state.cell.key);
  else drafts.set(state.cell.key, source);
  return altered({ ...state, source, drafts });
}

/** The state whose text has changed: nothing that was said of it speaks of it any more. */
function altered(state: State): State {
  return { ...state, diagnostics: state.diagnostics.length > 0 ? [] : state.diagnostics, problems: state.problems.phase === "idle" ? state.problems : checking, line: 0 };
}

/** What is evaluated before the program in the editor: as the learner has it by now. */
export function beforeOf({ cell, drafts }: State): readonly { readonly file: string; readonly source: string }[] {
  return cell.before.map((b) => ({ file: b.file, source: drafts.get(b.key) ?? b.source }));
}

/** What is wrong with the text as it is now: what a check says of it, or, without one, what its run said. */
export function shownProblems({ problems, diagnostics }: State): readonly Diagnostic[] {
  return problems.phase === "checked" && problems.problem === "" ? problems.list : diagnostics;
}

/** The program in the editor, as the machine is given it. */
export function programOf(state: State): ProgramText {
  return { source: state.source, file: state.cell.file, before: beforeOf(state), files: filesOf(state.drafts, state.cell.key) };
}

/** The text in the editor. */
export function openText(state: State): string {
  return state.open === "" ? state.source : (state.drafts.get(fileKey(state.cell.key, state.open)) ?? "");
}

/** All text of the program, to tell whether it is the same. */
export function wholeText(state: State): string {
  const files = filesOf(state.drafts, state.cell.key);
  return files.length === 0 ? state.source : JSON.stringify([state.source, files]);
}

function withControl(state: State, control: ControlState): State {
  return control === state.control ? state : { ...state, control };
}

/** Whether something can be done in the run: a program is under way, or an earlier moment is shown, from which it can go on. */
export function acting(state: State): boolean {
  return alive(state) || !state.time.live;
}

/** Whether a program is under way. */
export function alive(state: State): boolean {
  return state.phase === "running" || state.phase === "waiting";
}

/** The state with a process selected, be it in the picture or on its way there. */
function selecting(state: State, node: number): State {
  if (state.selected === node) return state;
  const awaited = node !== 0 && !state.scene.nodes.has(node) ? node : 0;
  return { ...state, selected: node, awaited, details: null, observer: forgotten(state.observer, false), control: state.control.asking ? { ...state.control, asking: null } : state.control };
}

/** The state with nothing left of the last run. */
function cleared(state: State): State {
  return { ...state, scene: emptyScene, sequence: emptySequence, turns: noTurns, time: noTime, crowd: noCrowd, awaited: 0, console: emptyConsole, shell: withoutShell(state.shell), diagnostics: [], line: 0, narration: "", selected: 0, details: null, hovered: 0, focused: false, paused: false, control: { ...state.control, menu: null, asking: null }, observer: forgotten(state.observer, true) };
}

function reduceBatch(state: State, messages: readonly Message[]): State {
  const scene = applyBatch(state.scene, messages);
  let next: State = { ...state, scene, sequence: sequenceAfter(state.sequence, messages), turns: applyTurns(state.turns, messages), time: applyTime(state.time, messages), crowd: applyCrowd(state.crowd, messages) };
  // Text of the same writer is put together first: a program may print ten thousand lines between two frames.
  let text: { readonly name: string; readonly node: number; readonly device: Output["device"]; readonly texts: { text: string; seq: number }[] } | undefined;
  let end: Finished | undefined;
  let hit: BreakHit | undefined;
  const flush = (): void => {
    if (text?.device === "shell") next = { ...next, shell: shellText(next.shell, text.texts) };
    else if (text) next = { ...next, console: addTexts(next.console, { who: text.name.replace(/^#PID<(.*)>$/, "$1"), node: text.node }, text.device, text.texts) };
    text = undefined;
  };
  for (const message of messages) {
    switch (message.type) {
      case "output":
        if (text?.name !== message.name || text.device !== message.device) {
          flush();
          text = { name: message.name, node: message.node, device: message.device, texts: [] };
        }
        text.texts.push(...textsOf(message));
        break;
      case "reset":
        next = { ...next, line: 0 };
        break;
      case "replaying":
        // The program of a saved run stands in the editor as one of its own: no draft is touched.
        next = { ...next, cell: soleCell("saved", message.file, message.source), source: message.source, open: "", ran: message.source, seed: message.seed };
        break;
      case "replayed":
        flush();
        next = { ...next, console: addLines(next.console, "", message.same ? "note" : "stderr", message.text) };
        break;
      case "branch":
        // What was written after it is of another run now.
        flush();
        next = { ...next, console: { ...next.console, lines: linesAt(next.console.lines, message.seq) }, shell: { ...next.shell, text: { ...next.shell.text, lines: linesAt(next.shell.text.lines, message.seq) } } };
        break;
      case "node":
        if (next.cell.focus !== "" && !next.focused && message.name.replace(/^:/, "") === next.cell.focus) next = { ...next, focused: true, selected: message.id, details: null };
        break;
      case "narration":
        next = { ...next, narration: message.text };
        break;
      case "line":
        if (lit(next, message.node)) next = { ...next, line: message.line };
        break;
      case "restart":
        // The one that takes the selected process's place is selected in its stead.
        if (next.selected === message.old) next = { ...next, selected: message.new, details: null };
        break;
      case "details":
        if (next.selected === message.node) next = { ...next, details: message, line: message.line > 0 && alive(next) ? message.line : next.line };
        break;
      case "sheet":
      case "gauges":
      case "termPart":
      case "life":
        next = { ...next, observer: answered(next.observer, message) };
        break;
      case "openView":
        next = { ...next, tab: tabOf(message.view) };
        break;
      case "controlled": {
        const said = complaint(next.control, message);
        next = withControl(next, controlled(next.control, message));
        if (said !== "") next = { ...next, narration: said };
        break;
      }
      case "breakHit":
        hit = message;
        break;
      case "diagnostic":
        // The machine prints it as well, as Elixir does.
        next = { ...next, diagnostics: [...next.diagnostics, placed(message, next)] };
        break;
      case "runState":
        // A run that is over stays so while its past is looked at.
        next = { ...next, run: message.run, paused: message.state === "paused", phase: message.live || next.phase !== "ended" ? phaseOf(message.state) : "ended" };
        break;
      case "asking":
      case "completions":
        next = { ...next, shell: shellAfter(next.shell, message) };
        break;
      case "loaded":
        flush();
        next = { ...next, console: noteLoaded(next.console, message), ran: message.problem === "" ? next.loading : next.ran, loading: undefined };
        break;
      case "verdict":
        flush();
        next = withVerdict(next, message);
        break;
      case "finished":
        end = message;
        break;
      case "refused":
        // What cannot be looked at any more is not missed.
        if (["inspect", "part", "sheet", "gauges"].includes(message.do)) break;
        if (message.do === "reveal") {
          next = { ...next, awaited: 0 };
          break;
        }
        flush();
        next = { ...next, console: addLines(next.console, "", "stderr", message.text) };
        // A run that was refused is none.
        if (message.do === "run") next = { ...next, phase: "ended", paused: false, line: 0, check: unjudged(next.check) };
        break;
      default:
        break;
    }
  }
  flush();
  // It may come so soon after going on that the machine has not said that it ran.
  if (hit) next = { ...next, paused: alive(next), selected: scene.nodes.has(hit.node) ? hit.node : next.selected, details: hit.node === next.selected ? next.details : null, narration: breakText(hit) };
  // A batch tells of the end before the last that was written.
  if (end) next = finished(next, end);
  if (next.awaited !== 0 && (next.selected !== next.awaited || scene.nodes.has(next.awaited))) next = { ...next, awaited: 0 };
  if (next.selected !== 0 && next.selected !== next.awaited && !scene.nodes.has(next.selected)) next = { ...next, selected: 0, details: null };
  const { menu, asking } = next.control;
  const left = (node: number): boolean => state.scene.nodes.has(node) && !scene.nodes.has(node);
  if (menu && left(menu.node)) next = withControl(next, { ...next.control, menu: null });
  if (asking && (left(asking.node) || next.selected !== asking.node)) next = withControl(next, { ...next.control, asking: null });
  if (next.hovered !== 0 && !scene.nodes.has(next.hovered)) next = { ...next, hovered: 0 };
  return next;
}

/** An output's text with the events that brought its pieces. */
function textsOf({ text, seq, parts }: Output): { text: string; seq: number }[] {
  if (parts.length === 0) return [{ text, seq }];
  let from = 0;
  return parts.map((part) => ({ text: text.slice(from, (from += part.length)), seq: part.seq }));
}

/** Whether the line that a process is at is the one to be lit: the selected one's if it is in the program's own code, else the script's. */
function lit({ scene, selected, details }: State, node: number): boolean {
  if (selected === node) return true;
  return scene.nodes.get(node)?.kind === "script" && (selected === 0 || (details?.line ?? 0) === 0);
}

/** The state with what came of a run's questions. */
function withVerdict(state: State, verdict: Verdict): State {
  if (state.check.phase === "running") {
    const check = judged(state.check, verdict);
    return { ...state, check, passed: check.phase === "passed" ? new Set(state.passed).add(state.cell.key) : state.passed };
  }
  const answers = new Map(state.answers);
  verdict.answers.forEach((answer, index) => answers.set(questionKey(state.cell, index), answer));
  const console = verdict.value === "" ? state.console : addLines(state.console, "", "note", verdict.value);
  return { ...state, answers, console };
}

/** A diagnostic of a file that is none of the program's has no place in it. */
function placed(d: Diagnostic, { cell, drafts }: State): Diagnostic {
  return d.file === cell.file || d.file === "" || filesOf(drafts, cell.key).some((f) => f.file === d.file) ? d : { ...d, line: 0, endLine: 0 };
}

function phaseOf(state: RunState["state"]): Phase {
  switch (state) {
    case "idle":
      return "idle";
    case "compiling":
    case "running":
    case "paused":
      return "running";
    case "waiting":
      return "waiting";
    case "ended":
      return "ended";
  }
}

/** A program's end. It has a text when there was no machine to print why. */
function finished(state: State, message: Finished): State {
  const ended: State = { ...state, phase: "ended", paused: false, line: 0, check: unjudged(state.check) };
  return message.text === "" ? ended : { ...ended, console: addLines(ended.console, "", "stderr", message.text) };
}
