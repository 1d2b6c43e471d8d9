/** Reads a lesson from its article: its data lies in a script element beside the words; see internal/site/lesson.go. */

import type { Cell, Lesson, Question } from "./model.ts";

/** The data of an article, with the same fields as lessonData in internal/site/lesson.go. */
export interface LessonData {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  readonly steps: readonly { readonly id: string; readonly cells: readonly CellData[] }[];
}

export interface CellData {
  readonly key: string;
  readonly file: string;
  readonly source: string;
  readonly before: readonly { readonly key: string; readonly file: string; readonly source: string }[];
  /** Beats a second, 0 for as fast as it goes, negative for the visitor's own. */
  readonly pace: number;
  readonly view: string;
  readonly seed: number;
  readonly focus: string;
  readonly watch: boolean;
  readonly realTime: boolean;
  readonly schedulers: number;
  readonly value: boolean;
  readonly predict: readonly Question[];
  readonly check: string;
}

/** Reads the lesson that an article holds. */
export function readLesson(article: HTMLElement): Lesson {
  const data = JSON.parse(article.querySelector("script[data-lesson]")?.textContent ?? "null") as LessonData | null;
  if (!data) throw new Error("the article has no data");
  return {
    slug: data.slug,
    number: data.number,
    title: data.title,
    steps: data.steps.map((s) => ({
      id: s.id,
      title: article.querySelector(`[data-step]#${CSS.escape(s.id)} > h2`)?.textContent?.trim() ?? "",
      cells: s.cells.map(readCell),
    })),
  };
}

function readCell({ pace, ...cell }: CellData): Cell {
  return { ...cell, pace: pace < 0 ? undefined : pace };
}
