/** How exercises and predictions went: what a run's verdict means for the page. */

import type { Test, Verdict } from "../protocol.ts";

/** How the check of an exercise went. */
export interface CheckState {
  readonly phase: "none" | "running" | "passed" | "failed";
  readonly tests: readonly Test[];
  /** Why there are no results, when the program or the check did not come so far. */
  readonly problem: string;
}

export const noCheck: CheckState = { phase: "none", tests: [], problem: "" };

/** A check that has its verdict. */
export function judged(check: CheckState, { tests, problem }: Verdict): CheckState {
  if (check.phase !== "running") return check;
  const good = problem === "" && tests.length > 0 && tests.every((t) => t.state === "passed" || t.state === "skipped");
  return { phase: good ? "passed" : "failed", tests, problem };
}

/** A check whose run ended without a verdict. */
export function unjudged(check: CheckState): CheckState {
  return check.phase === "running" ? { ...check, phase: "failed", problem: "The program was stopped before its tests could run." } : check;
}
