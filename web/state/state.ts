/** The page's state, the actions that change it, and the one pure reducer. */

import type { Diagnostic, Message, Output } from "../protocol.ts";
import { addLines, addText, emptyConsole, type ConsoleState } from "./console.ts";
import { applyBatch, emptyScene, type Scene } from "./scene.ts";

/** A program of the menu. */
export interface Lesson {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  /** What it shows, in a sentence or two. */
  readonly text: string;
  readonly source: string;
}

/** loading: the machine is not there yet; broken: it will not come. */
export type Phase = "loading" | "idle" | "running" | "ended" | "broken";

export type Theme = "system" | "light" | "dark";

export interface State {
  readonly lessons: readonly Lesson[];
  /** The slug of the chosen program, "" for the visitor's own. */
  readonly lesson: string;
  readonly source: string;
  readonly phase: Phase;
  readonly paused: boolean;
  /** A run was asked for while the machine was still loading. */
  readonly wanted: boolean;
  /** From 0, slow, to 1, as fast as it goes. */
  readonly speed: number;
  readonly scene: Scene;
  readonly console: ConsoleState;
  readonly diagnostics: readonly Diagnostic[];
  /** The line of the program that the script is at, 0 when there is none. */
  readonly line: number;
  readonly narration: string;
  readonly selected: number;
  readonly hovered: number;
  readonly theme: Theme;
}

export type Action =
  | { readonly type: "lesson"; readonly slug: string }
  | { readonly type: "edited"; readonly source: string }
  | { readonly type: "ready" }
  | { readonly type: "broken"; readonly reason: string }
  | { readonly type: "run" }
  | { readonly type: "stop" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "step" }
  | { readonly type: "speed"; readonly speed: number }
  | { readonly type: "batch"; readonly messages: readonly Message[] }
  | { readonly type: "restarted" }
  | { readonly type: "select"; readonly node: number }
  | { readonly type: "hover"; readonly node: number }
  | { readonly type: "theme"; readonly theme: Theme };

/** The state a page begins with. */
export function initialState(lessons: readonly Lesson[], kept: { readonly lesson?: string; readonly source?: string; readonly theme?: Theme; readonly speed?: number }): State {
  const lesson = lessons.find((l) => l.slug === kept.lesson) ?? (kept.source === undefined ? lessons[0] : undefined);
  return {
    lessons,
    lesson: lesson?.slug ?? "",
    source: kept.source ?? lesson?.source ?? "",
    phase: "loading",
    paused: false,
    wanted: false,
    speed: kept.speed ?? 0.3,
    scene: emptyScene,
    console: emptyConsole,
    diagnostics: [],
    line: 0,
    narration: "",
    selected: 0,
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
      return { ...cleared(state), lesson: lesson.slug, source: lesson.source, phase: state.phase === "loading" || state.phase === "broken" ? state.phase : "idle", wanted: false };
    }
    case "edited":
      // A diagnostic speaks of the text as it was when it was run.
      return action.source === state.source ? state : { ...state, source: action.source, diagnostics: state.diagnostics.length > 0 ? [] : state.diagnostics, line: 0 };
    case "ready":
      return { ...state, phase: state.phase === "loading" ? "idle" : state.phase };
    case "broken":
      return { ...state, phase: "broken", wanted: false, console: addLines(state.console, "", "stderr", action.reason) };
    case "run":
      if (state.phase === "broken") return state;
      if (state.phase === "loading") return { ...state, wanted: true };
      return { ...cleared(state), phase: "running", wanted: false };
    case "stop":
      return state.phase === "running" ? { ...state, phase: "ended", paused: false, wanted: false, line: 0 } : { ...state, wanted: false };
    case "pause":
      return state.phase === "running" ? { ...state, paused: true } : state;
    case "resume":
      return { ...state, paused: false };
    case "step":
      return state.phase === "running" ? { ...state, paused: true } : state;
    case "speed":
      return { ...state, speed: Math.min(1, Math.max(0, action.speed)) };
    case "batch":
      return reduceBatch(state, action.messages);
    case "restarted":
      return { ...state, phase: "loading", paused: false };
    case "select":
      return { ...state, selected: action.node };
    case "hover":
      return state.hovered === action.node ? state : { ...state, hovered: action.node };
    case "theme":
      return { ...state, theme: action.theme };
  }
}

/** The state with nothing left of the last run. */
function cleared(state: State): State {
  return { ...state, scene: emptyScene, console: emptyConsole, diagnostics: [], line: 0, narration: "", selected: 0, hovered: 0, paused: false };
}

function reduceBatch(state: State, messages: readonly Message[]): State {
  const scene = applyBatch(state.scene, messages);
  let next: State = { ...state, scene };
  // Text of the same writer is put together first: a program may print ten thousand lines between two frames.
  let text: Output | undefined;
  const flush = (): void => {
    if (text) next = { ...next, console: addText(next.console, text.name, text.device, text.text) };
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
      default:
        break;
    }
  }
  flush();
  if (next.selected !== 0 && !scene.nodes.has(next.selected)) {
    // The one that took the selected process's place is selected in its stead.
    next = { ...next, selected: scene.restarts.size > 0 ? ([...scene.restarts.values()].find((r) => r.old === next.selected)?.new ?? 0) : 0 };
  }
  if (next.hovered !== 0 && !scene.nodes.has(next.hovered)) next = { ...next, hovered: 0 };
  return next;
}
