/** A lesson as the page knows it; the words of it are in its article. */

/** A lesson, an example, a program that came with a link, a notebook from a file, or the visitor's own program. */
export interface Lesson {
  /** "05-share-nothing", "" for the visitor's own program; what is kept of it is kept under this name. */
  readonly slug: string;
  /** Its place in the course, 0 when it has none. */
  readonly number: number;
  readonly title: string;
  readonly steps: readonly Step[];
}

/** A section of a lesson. */
export interface Step {
  /** Its anchor in the page. */
  readonly id: string;
  readonly title: string;
  readonly cells: readonly Cell[];
}

/** A program that the learner runs and edits. */
export interface Cell {
  /** What its draft is kept under: "05-share-nothing/copies", "" for the visitor's own. */
  readonly key: string;
  /** What it is called in messages. */
  readonly file: string;
  readonly source: string;
  /** What is evaluated before it, its variables kept. */
  readonly before: readonly Before[];
  /** The pace it is meant to be seen at, in beats a second; 0 is as fast as it goes. Undefined: the visitor's. */
  readonly pace: number | undefined;
  /** The view it opens with, "" for the tree. */
  readonly view: string;
  /** The seed of its interleaving. */
  readonly seed: number;
  /** The process that the inspector opens with, "" for none. */
  readonly focus: string;
  /** Whether it is shown on the stage; what would be too much to show is only run. */
  readonly watch: boolean;
  /** The machine's time is the computer's. */
  readonly realTime: boolean;
  /** How many schedulers the machine has, 0 for the usual number. */
  readonly schedulers: number;
  /** Whether what it comes to is shown, as Livebook does. */
  readonly value: boolean;
  readonly predict: readonly Question[];
  /** ExUnit code that judges it; "" when it is no exercise. */
  readonly check: string;
}

/** A cell that another builds on. */
export interface Before {
  readonly key: string;
  readonly file: string;
  readonly source: string;
}

/** What the learner is asked before a run; the texts are in the article. */
export interface Question {
  /** The expression that the run answers. */
  readonly ask: string;
  /** The patterns of the choices: the first that matches is right. */
  readonly when: readonly string[];
  /** What is right as long as nobody changes the program. */
  readonly answer: number;
}

/** The name of a question: what its guess and its answer are kept under. */
export function questionKey(cell: Cell, index: number): string {
  return `${cell.key}#${index}`;
}

/** A program without a lesson around it. */
export function soleCell(key: string, file: string, source: string): Cell {
  return { key, file, source, before: [], pace: undefined, view: "", seed: 0, focus: "", watch: true, realTime: false, schedulers: 0, value: false, predict: [], check: "" };
}

/** The cells of a lesson in their order. */
export function cellsOf(lesson: Lesson): readonly Cell[] {
  return lesson.steps.flatMap((s) => s.cells);
}
