/**
 * The text of the interface, in one place, ready for other languages: what is written here is all that a translation
 * has to replace. A text with something in it is a function, so that a language may put it where it belongs.
 */

/** "1 error", "2 errors". */
function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

export const words = {
  editor: {
    code: "Code",
    run: "Run",
    stop: "Stop",
    original: "Original",
    originalTitle: "Back to the program as it was",
    format: "Format",
    formatTitle: "Format the program (Ctrl+Shift+F)",
    notFormatted: (problem: string, line: number) => `The program cannot be formatted: ${line > 0 ? `line ${line}: ` : ""}${problem}`,
    noDocs: "It has no documentation here.",
    load: "Load",
    loadTitle: "Load the changed modules into the program that runs (Ctrl+S)",
    autoLoad: "Load as I type",
    autoLoadTitle: "Whatever compiles is loaded into the program that runs, at each pause of typing",
  },
  console: {
    name: "Console",
    tabs: "Output",
    iex: "iex",
    copy: "Copy",
    copied: "Copied.",
    notCopied: "The browser does not let the page copy it.",
    clear: "Clear",
    leftOut: (lines: number) => `${count(lines, "earlier line is", "earlier lines are")} not kept`,
    cut: (characters: number) => `… and ${count(characters, "character", "characters")} more`,
    select: (who: string) => `Select ${who}`,
    why: "Why?",
    whyTitle: "Show what led to this error",
    place: (file: string, line: number) => `Line ${line} of ${file}`,
    input: "Input for the program",
    inputHint: "The program waits for a line",
    send: "Enter",
  },
  iex: {
    name: "iex",
    output: "iex output",
    prompt: "iex>",
    busy: "evaluating",
    interrupt: "Interrupt",
    hint: "Enter evaluates, Tab completes, ↑ is the line before",
    paused: "The run is paused: the shell goes on with it.",
    completions: "Completions",
    left: "A new run has a new shell.",
  },
  stage: {
    oldCode: "old code",
  },
  files: {
    add: "New file",
    addTitle: "A file for modules beside the program",
    rename: (file: string) => `Rename ${file}`,
    remove: (file: string) => `Delete ${file}`,
    name: (file: string) => `Name of ${file}`,
    problem: { form: "A name of letters, digits, - and _ that ends in .ex or .exs", taken: "There is a file of that name" },
    undelete: (file: string) => `Bring ${file} back`,
  },
  problems: {
    name: "Problems",
    none: "No problems",
    unchecked: "Not checked yet",
    checking: "Checking…",
    count: (errors: number, warnings: number) => [...(errors > 0 ? [count(errors, "error", "errors")] : []), ...(warnings > 0 ? [count(warnings, "warning", "warnings")] : [])].join(", "),
    failed: (problem: string) => `Not checked: ${problem}`,
    item: (severity: string, file: string, line: number) => `${severity}${file === "" ? "" : `, ${file}`}${line > 0 ? `, line ${line}` : ""}`,
    severity: { error: "Error", warning: "Warning" },
  },
  loading: {
    nothingRuns: "Nothing runs that this could be loaded into. Run starts the program.",
    hasErrors: "Not loaded: the program has errors. The old code runs on.",
    failed: (problem: string) => `Not all was loaded. What was not, runs on as it was.\n${problem}`,
    same: "No module has changed, so nothing was loaded.",
    loaded: (changed: readonly string[], added: readonly string[]) =>
      [...(changed.length > 0 ? [`New code of ${changed.join(", ")}`] : []), ...(added.length > 0 ? [`${added.join(", ")} ${added.length === 1 ? "is" : "are"} new`] : [])].join("; ") + ".",
    rest: "What stands outside of modules is not run again.",
  },
  help: {
    name: "Keys and help",
  },
} as const;
