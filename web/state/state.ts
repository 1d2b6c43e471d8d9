/** The page's state, the actions that change it, and the one pure reducer. */

import type { Details, Diagnostic, Finished, Message, Output, RunState } from "../protocol.ts";
import { addLines, addText, emptyConsole, type ConsoleState } from "./console.ts";
import type { Kept } from "./kept.ts";
import { placeOf } from "../timeline/pace.ts";
import { applyBatch, emptyScene, type Scene } from "./scene.ts";

/** A lesson of the menu; internal/site/lessons.go has the same fields. Texts but the title, file and source are HTML of our own. */
export interface Lesson {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  readonly intro: string;
  readonly prose: string;
  /** What the program is called in messages. */
  readonly file: string;
  readonly source: string;
  /** The pace it is meant to be seen at, in beats a second; 0 is as fast as it goes. */
  readonly pace: number;
  /** What the learner is asked before the run. */
  readonly predict: Question | null;
}

export interface Question {
  readonly question: string;
  readonly choices: readonly string[];
  /** The index of the right choice. */
  readonly answer: number;
  readonly why: string;
}

/** loading: the machine is not there yet; waiting: every process waits for ever; broken: the machine will not come. */
export type Phase = "loading" | "idle" | "running" | "waiting" | "ended" | "broken";

export type Theme = "system" | "light" | "dark";

export interface State {
  readonly lessons: readonly Lesson[];
  /** The slug of the chosen program, "" for the visitor's own. */
  readonly lesson: string;
  readonly source: string;
  /** Edited programs by their lesson's slug; a program as its lesson has it is not among them. */
  readonly drafts: ReadonlyMap<string, string>;
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
  readonly scene: Scene;
  readonly console: ConsoleState;
  readonly diagnostics: readonly Diagnostic[];
  /** The line of the program that the script is at, 0 when there is none. */
  readonly line: number;
  readonly narration: string;
  /** The index of what the learner expects, -1 as long as nothing is chosen. */
  readonly expected: number;
  /** Whether this lesson's program has come to its end, so that its question may be answered. */
  readonly seen: boolean;
  readonly selected: number;
  /** What the machine said of the selected process, when it was last asked. */
  readonly details: Details | null;
  readonly hovered: number;
  readonly theme: Theme;
}

export type Action =
  | { readonly type: "lesson"; readonly slug: string }
  | { readonly type: "edited"; readonly source: string }
  /** Back to the program as the lesson has it. */
  | { readonly type: "original" }
  | { readonly type: "expect"; readonly choice: number }
  | { readonly type: "ready" }
  | { readonly type: "broken"; readonly reason: string }
  | { readonly type: "run"; readonly paused?: boolean }
  | { readonly type: "stop" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "step" }
  | { readonly type: "speed"; readonly speed: number }
  | { readonly type: "batch"; readonly messages: readonly Message[] }
  | { readonly type: "restarted" }
  | { readonly type: "select"; readonly node: number }
  /** Kill the selected process. */
  | { readonly type: "kill" }
  | { readonly type: "hover"; readonly node: number }
  | { readonly type: "theme"; readonly theme: Theme };

/** The state a page begins with. */
export function initialState(lessons: readonly Lesson[], kept: Kept): State {
  const lesson = lessons.find((l) => l.slug === kept.lesson) ?? lessons[0];
  return {
    lessons,
    lesson: lesson?.slug ?? "",
    source: kept.drafts.get(lesson?.slug ?? "") ?? lesson?.source ?? "",
    drafts: kept.drafts,
    phase: "loading",
    run: 0,
    paused: false,
    wanted: false,
    speed: speedFor(lesson, kept.speed ?? 0.45),
    ownSpeed: kept.speed ?? 0.45,
    scene: emptyScene,
    console: emptyConsole,
    diagnostics: [],
    line: 0,
    narration: "",
    expected: -1,
    seen: false,
    selected: 0,
    details: null,
    hovered: 0,
    theme: kept.theme ?? "system",
  };
}

/** The reducer: every change of the page's state is here or in what it calls. */
export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "lesson": {
      const lesson = state.lessons.find((l) => l.slug === action.slug);
      if (!lesson) return state;
      return { ...cleared(state), lesson: lesson.slug, source: state.drafts.get(lesson.slug) ?? lesson.source, speed: speedFor(lesson, state.ownSpeed), phase: state.phase === "loading" || state.phase === "broken" ? state.phase : "idle", wanted: false, expected: -1, seen: false };
    }
    case "edited":
      return action.source === state.source ? state : edited(state, action.source);
    case "original": {
      const original = state.lessons.find((l) => l.slug === state.lesson)?.source;
      return original === undefined || original === state.source ? state : edited(state, original);
    }
    case "expect":
      return { ...state, expected: action.choice };
    case "ready":
      return { ...state, phase: state.phase === "loading" ? "idle" : state.phase };
    case "broken":
      return { ...state, phase: "broken", wanted: false, console: addLines(state.console, "", "stderr", action.reason) };
    case "run":
      if (state.phase === "broken") return state;
      if (state.phase === "loading") return { ...state, wanted: true };
      return { ...cleared(state), phase: "running", paused: action.paused ?? false, wanted: false };
    case "stop":
      return alive(state) ? { ...state, phase: "ended", paused: false, wanted: false, line: 0 } : { ...state, wanted: false };
    case "pause":
    case "step":
      return alive(state) ? { ...state, paused: true } : state;
    case "resume":
      return { ...state, paused: false };
    case "speed":
      return { ...state, speed: Math.min(1, Math.max(0, action.speed)), ownSpeed: Math.min(1, Math.max(0, action.speed)) };
    case "batch":
      return reduceBatch(state, action.messages);
    case "restarted":
      return { ...state, phase: "loading", run: 0, paused: false, line: 0, console: addLines(state.console, "", "note", "The program did not give way, so the machine was restarted.") };
    case "select":
      return state.selected === action.node ? state : { ...state, selected: action.node, details: null };
    case "kill":
      return state;
    case "hover":
      return state.hovered === action.node ? state : { ...state, hovered: action.node };
    case "theme":
      return { ...state, theme: action.theme };
  }
}

/** A lesson with a hundred thousand processes cannot be watched event by event; a slower pace than the visitor's is no lesson's business. */
function speedFor(lesson: Lesson | undefined, own: number): number {
  return lesson ? Math.max(placeOf(lesson.pace), own) : own;
}

/** The state with another text. A diagnostic speaks of the text as it was when it was run, so it goes. */
function edited(state: State, source: string): State {
  const drafts = new Map(state.drafts);
  if (state.lessons.find((l) => l.slug === state.lesson)?.source === source) drafts.delete(state.lesson);
  else drafts.set(state.lesson, source);
  return { ...state, source, drafts, diagnostics: state.diagnostics.length > 0 ? [] : state.diagnostics, line: 0 };
}

/** Whether a program is under way. */
export function alive(state: State): boolean {
  return state.phase === "running" || state.phase === "waiting";
}

/** The state with nothing left of the last run. */
function cleared(state: State): State {
  return { ...state, scene: emptyScene, console: emptyConsole, diagnostics: [], line: 0, narration: "", selected: 0, details: null, hovered: 0, paused: false };
}

function reduceBatch(state: State, messages: readonly Message[]): State {
  const scene = applyBatch(state.scene, messages);
  let next: State = { ...state, scene };
  // Text of the same writer is put together first: a program may print ten thousand lines between two frames.
  let text: Output | undefined;
  let end: Finished | undefined;
  const flush = (): void => {
    if (text) next = { ...next, console: addText(next.console, text.name.replace(/^#PID<(.*)>$/, "$1"), text.device, text.text) };
    text = undefined;
  };
  for (const message of messages) {
    switch (message.type) {
      case "output":
        if (text && text.name === message.name && text.device === message.device) {
          text = { ...text, text: text.text + message.text };
        } else {
          flush();
          text = message;
        }
        break;
      case "narration":
        next = { ...next, narration: message.text };
        break;
      case "line":
        if (scene.nodes.get(message.node)?.kind === "script") next = { ...next, line: message.line };
        break;
      case "restart":
        // The one that takes the selected process's place is selected in its stead.
        if (next.selected === message.old) next = { ...next, selected: message.new, details: null };
        break;
      case "details":
        if (next.selected === message.node) next = { ...next, details: message };
        break;
      case "diagnostic":
        // The machine prints it as well, as Elixir does.
        next = { ...next, diagnostics: [...next.diagnostics, message] };
        break;
      case "runState":
        next = { ...next, run: message.run, paused: message.state === "paused", phase: phaseOf(message.state), seen: next.seen || message.state === "waiting" };
        break;
      case "finished":
        end = message;
        break;
      case "refused":
        // Details of a process that is gone are not missed.
        if (message.do === "inspect") break;
        flush();
        next = { ...next, console: addLines(next.console, "", "stderr", message.text) };
        break;
      default:
        break;
    }
  }
  flush();
  // A batch tells of the end before the last that was written.
  if (end) next = finished(next, end);
  if (next.selected !== 0 && !scene.nodes.has(next.selected)) next = { ...next, selected: 0, details: null };
  if (next.hovered !== 0 && !scene.nodes.has(next.hovered)) next = { ...next, hovered: 0 };
  return next;
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
  const ended: State = { ...state, phase: "ended", paused: false, line: 0, seen: state.seen || message.outcome !== "stopped" };
  return message.text === "" ? ended : { ...ended, console: addLines(ended.console, "", "stderr", message.text) };
}
