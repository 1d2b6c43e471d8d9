/** The words for a cell of the crowd. */

import type { CrowdBy, Glance } from "../protocol.ts";
import { span, statusWords } from "./palette.ts";

/** What a process is called: its name, or its pid without what every pid has. */
export function processName(glance: Glance): string {
  const name = glance.name.replace(/^#PID<(.*)>$/, "$1").replace(/^:(?!")/, "");
  return name === "" ? `0.${glance.pid}.0` : name;
}

function makerName(glance: Glance): string {
  const name = glance.makerIs.replace(/^#PID<(.*)>$/, "$1").replace(/^:(?!")/, "");
  return name === "" ? `0.${glance.maker}.0` : name;
}

/** A cell in a few lines: who, what it does, its mailbox and age, whose it is. */
export function glanceLines(glance: Glance): readonly string[] {
  if (glance.pid === 0) return ["nobody"];
  const name = processName(glance);
  const pid = `0.${glance.pid}.0`;
  const mail = glance.queue === 0 ? "mailbox empty" : glance.queue === 1 ? "1 message" : `${glance.queue.toLocaleString("en")} messages`;
  const others = glance.siblings - 1;
  return [
    name === pid ? pid : `${name} · ${pid}`,
    `${statusWords[["ready", "running", "waiting", "suspended", "exited", "crashed"].indexOf(glance.status)] ?? glance.status} · ${mail} · ${span(glance.age)} old`,
    ...(glance.doing === "" ? [] : [glance.doing]),
    ...(glance.maker === 0 ? [] : [`made by ${makerName(glance)}${others > 0 ? `, with ${others.toLocaleString("en")} other${others === 1 ? "" : "s"}` : ""}`]),
  ];
}

/** The words for a way of colouring. */
export const byWords: Readonly<Record<CrowdBy, string>> = { status: "Status", mailbox: "Mailbox", age: "Age" };
