/**
 * What the editor asks about the program that is being written: a machine of its own, in a worker of its own, so that a
 * program that runs is neither disturbed nor slowed down. It is started when it is first asked.
 */

import { startMachine, type Machine, type MachineSource } from "../machine.ts";
import type { About, Checked, Completions, Definition, Formatted, Message, Nothing, ProgramText, Request } from "../protocol.ts";

/** A place in a program, counted in characters from 1. */
export interface Spot {
  readonly program: ProgramText;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The assistant. Each answer is rejected when there will be none. */
export interface Assistant {
  /** What is wrong with a program; undefined when a later check took its place. */
  check(program: ProgramText): Promise<Checked | undefined>;
  format(source: string, file: string): Promise<Formatted>;
  /** What could go on at a place; undefined when nothing is known, or a later question took its place. */
  complete(spot: Spot): Promise<Completions | undefined>;
  /** What is known of what stands at a place. */
  about(spot: Spot): Promise<About | undefined>;
  /** Where what stands at a place is defined. */
  definition(spot: Spot): Promise<Definition | undefined>;
  destroy(): void;
}

/** How long an answer may take before the assistant is started anew, in milliseconds. */
const patience = 20_000;

type Answer = Checked | Formatted | Completions | About | Definition | Nothing;

const answers: readonly Message["type"][] = ["checked", "formatted", "completions", "about", "definition", "nothing"];

/** Makes the assistant; `source` tells where its machine comes from when that is wanted. */
export function createAssistant(source: () => MachineSource): Assistant {
  let machine: Machine | undefined;
  let last = 0;
  const waiting = new Map<number, { resolve(answer: Answer | undefined): void; reject(error: Error): void; timer: ReturnType<typeof setTimeout>; check: boolean }>();

  const fail = (reason: string): void => {
    machine?.destroy();
    machine = undefined;
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(new Error(reason));
    }
    waiting.clear();
  };
  const take = (messages: readonly Message[]): void => {
    for (const message of messages) {
      if (!answers.includes(message.type)) continue;
      const answer = message as Answer;
      const waiter = waiting.get(answer.id);
      if (!waiter) continue;
      waiting.delete(answer.id);
      clearTimeout(waiter.timer);
      waiter.resolve(answer);
    }
  };
  const ask = <A extends Answer>(request: (id: number) => Request): Promise<A | undefined> =>
    new Promise((resolve, reject) => {
      machine ??= startMachine({ batch: take, ready: () => undefined, restarted: () => undefined, broken: fail }, source(), false);
      const id = ++last;
      const made = request(id);
      const check = made.do === "check";
      // The machine gives a check up for the next one.
      if (check) {
        for (const [other, waiter] of waiting) {
          if (!waiter.check) continue;
          waiting.delete(other);
          clearTimeout(waiter.timer);
          waiter.resolve(undefined);
        }
      }
      const timer = setTimeout(() => fail("It takes too long."), patience);
      waiting.set(id, { resolve: resolve as (answer: Answer | undefined) => void, reject, timer, check });
      machine.request(made);
    });

  const place = async <A extends Answer>(what: string, kind: A["type"], spot: Spot): Promise<A | undefined> => {
    const answer = await ask<A | Nothing>((id) => ({ do: "ask", id, what, ...spot }));
    return answer?.type === kind ? (answer as A) : undefined;
  };
  return {
    complete: (spot) => place<Completions>("complete", "completions", spot),
    about: (spot) => place<About>("about", "about", spot),
    definition: (spot) => place<Definition>("definition", "definition", spot),
    check: (program) => ask<Checked>((id) => ({ do: "check", id, program })),
    async format(text, file) {
      const answer = await ask<Formatted>((id) => ({ do: "format", id, source: text, file }));
      if (!answer) throw new Error("BUG: a later request took the place of one to format");
      return answer;
    },
    destroy: () => fail("The page has no use for it any more."),
  };
}
