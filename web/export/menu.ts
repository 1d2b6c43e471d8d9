/** The menu "Export": pictures, text and films of the view that is shown. */

import type { Chart } from "../protocol.ts";
import { save } from "../lesson/save.ts";
import { textWidth } from "../stage/text.ts";
import { readTheme } from "../stage/theme.ts";
import type { Action, State } from "../state/state.ts";
import { h } from "../state/view.ts";
import { toMermaid } from "./mermaid.ts";
import { largestSide, sequencePicture, stagePicture, toPng, toSvg, type Picture } from "./pictures.ts";
import { cannotRecord, longest, record, type Recording } from "./record.ts";
import { headHeight, rowHeight } from "../sequence/measures.ts";

/** The most rows that one answer of the machine has. */
const mostRows = 4000;

/** The machine's answer has come, or will not. */
interface Awaited {
  readonly tag: number;
  resolve(chart: Chart): void;
}

/** The menu's inside; it is made when it is first opened. */
export class ExportMenu {
  readonly dom: HTMLElement;
  private readonly said = h("p", { class: "v-export-said", role: "status" });
  private readonly film: HTMLButtonElement;
  private recording: Recording | undefined;
  private awaited: Awaited | undefined;
  private tag = 0;

  constructor(
    private state: State,
    private readonly dispatch: (action: Action) => void,
  ) {
    const item = (word: string, act: () => Promise<void>): HTMLButtonElement =>
      h("button", { class: "v-menu-item", role: "menuitem", type: "button", onclick: () => this.guard(act) }, word);
    this.film = item("Record a film (WebM)", () => this.toggleFilm());
    this.dom = h(
      "div",
      { class: "v-menu-list v-export-list", role: "menu", "aria-label": "Export", id: "export-menu", hidden: true },
      item("Stage as SVG", () => this.stage("svg")),
      item("Stage as PNG", () => this.stage("png")),
      item("Sequence as SVG", () => this.sequence("svg")),
      item("Sequence as PNG", () => this.sequence("png")),
      item("Sequence as Mermaid text", () => this.sequence("mmd")),
      this.film,
    );
  }

  /** What came of it, for the row. */
  get status(): HTMLElement {
    return this.said;
  }

  update(next: State): void {
    this.state = next;
    const { answer } = next.sequence;
    if (answer && this.awaited && answer.tag === this.awaited.tag) {
      this.awaited.resolve(answer);
      this.awaited = undefined;
    }
  }

  private guard(act: () => Promise<void>): void {
    this.say("");
    act().catch((error: unknown) => this.say(`That did not work: ${error instanceof Error ? error.message : String(error)}.`));
  }

  private say(text: string): void {
    this.said.textContent = text;
    this.said.hidden = text === "";
  }

  private get name(): string {
    const { lesson, cell } = this.state;
    return lesson.number === 0 ? cell.file.replace(/\.\w+$/, "") : lesson.slug.replace(/^.*\//, "");
  }

  private get title(): string {
    return this.state.lesson.title === "" ? this.state.cell.file : this.state.lesson.title;
  }

  private async give(picture: Picture, kind: "svg" | "png", name: string): Promise<void> {
    if (kind === "png") {
      save(`${name}.png`, await toPng(picture));
      return;
    }
    const ctx = document.createElement("canvas").getContext("2d");
    if (!ctx) throw new Error("this browser draws no 2D canvas");
    save(`${name}.svg`, new Blob([toSvg(picture, (font, text) => textWidth(ctx, font, text), readTheme(document.body).mono)], { type: "image/svg+xml" }));
  }

  private async stage(kind: "svg" | "png"): Promise<void> {
    const picture = stagePicture(this.state.scene, readTheme(document.body), `${this.title}: processes`);
    if (!picture) {
      this.say("There is nothing on the stage yet: run the program first.");
      return;
    }
    await this.give(picture, kind, `${this.name}-stage`);
  }

  private async sequence(kind: "svg" | "png" | "mmd"): Promise<void> {
    // A canvas is only so high: a picture of points has the rows that the reader is at.
    const room = kind === "png" ? Math.floor((largestSide - headHeight) / rowHeight(1)) - 2 : mostRows;
    const { layout, chart: seen } = this.state.sequence;
    const from = seen && seen.rows > room ? Math.max(0, Math.min(layout?.first ?? 0, seen.rows - room)) : 0;
    const chart = await this.ask(from, room);
    if (chart.rows === 0) {
      this.say("Nothing has happened yet: run the program first.");
      return;
    }
    const name = `${this.name}-${chart.why === 0 ? "sequence" : "why"}`;
    if (kind === "mmd") save(`${name}.mmd`, toMermaid(chart));
    else await this.give(sequencePicture(chart, readTheme(document.body), `${this.title}: sequence of events`), kind, name);
    if (chart.last - chart.first < chart.rows) this.say(`The file has the rows ${(chart.first + 1).toLocaleString("en")} to ${chart.last.toLocaleString("en")} of ${chart.rows.toLocaleString("en")}.`);
  }

  /** Asks the machine for rows, laid out as they are shown. */
  private ask(first: number, rows: number): Promise<Chart> {
    const { layout, why } = this.state.sequence;
    const tag = ++this.tag;
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error("the machine did not answer")), 10_000);
      this.awaited = {
        tag,
        resolve: (chart) => {
          clearTimeout(patience);
          resolve(chart);
        },
      };
      this.dispatch({ type: "chart", request: { ...layout, why: why?.seq ?? 0, follow: false, first, rows, tag } });
    });
  }

  private async toggleFilm(): Promise<void> {
    if (this.recording) {
      this.recording.stop();
      return;
    }
    const cannot = cannotRecord();
    if (cannot !== "") {
      this.say(cannot);
      return;
    }
    const host = document.querySelector<HTMLElement>(`#view-${this.state.tab}`);
    if (!host?.querySelector("canvas")) {
      this.say("There is no picture in this view.");
      return;
    }
    const name = `${this.name}-${this.state.tab}.webm`;
    this.recording = record(host, () => readTheme(document.body).stage);
    this.film.textContent = "Stop recording";
    this.say(`Recording; it ends after ${longest / 1000} seconds at the latest.`);
    this.dom.dispatchEvent(new CustomEvent("v-recording", { detail: true }));
    try {
      const film = await this.recording.film;
      save(name, film);
      this.say("The film is saved.");
    } finally {
      this.recording = undefined;
      this.film.textContent = "Record a film (WebM)";
      this.dom.dispatchEvent(new CustomEvent("v-recording", { detail: false }));
    }
  }
}
