/**
 * The files of a program beside its main one: modules of its own, compiled before it is run. They are kept among the
 * drafts, under the program's key and their names, so that whatever keeps a draft keeps them.
 */

/** A file beside the program. */
export interface TextFile {
  readonly file: string;
  readonly source: string;
}

/** As many files a program may have. */
export const mostFiles = 20;

const separator = "|";

/** What a file's text is kept under. */
export function fileKey(cell: string, file: string): string {
  return cell + separator + file;
}

/** The files of a program, by name. */
export function filesOf(drafts: ReadonlyMap<string, string>, cell: string): readonly TextFile[] {
  const prefix = cell + separator;
  const files: TextFile[] = [];
  for (const [key, source] of drafts) if (key.startsWith(prefix)) files.push({ file: key.slice(prefix.length), source });
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** What is wrong with a file's name, "" for nothing. */
export function nameProblem(name: string, main: string, files: readonly TextFile[]): "" | "form" | "taken" {
  if (!/^[\w-][\w.-]{0,58}\.exs?$/.test(name)) return "form";
  return name === main || files.some((f) => f.file === name) ? "taken" : "";
}

/** A name for a new file. */
export function freeName(main: string, files: readonly TextFile[]): string {
  for (let n = 1; ; n++) {
    const name = `module${n === 1 ? "" : n}.ex`;
    if (nameProblem(name, main, files) === "") return name;
  }
}

export type FileAction =
  /** Another file in the editor; "" is the program itself. */
  | { readonly type: "openFile"; readonly file: string }
  | { readonly type: "addFile" }
  | { readonly type: "renameFile"; readonly file: string; readonly to: string }
  | { readonly type: "deleteFile"; readonly file: string }
  | { readonly type: "undeleteFile" }
  /** The files that a program came with, unless somebody has changed it already. */
  | { readonly type: "bringFiles"; readonly files: readonly TextFile[] };

/** What the reducer needs of the state, and changes. */
export interface Files {
  readonly drafts: ReadonlyMap<string, string>;
  /** The file in the editor, "" for the program itself. */
  readonly open: string;
  /** The file that was deleted last. */
  readonly deleted: TextFile | null;
}

/** The reducer; `cell` is the program's key, `main` its own name. */
export function reduceFiles(state: Files, action: FileAction, cell: string, main: string): Files {
  const files = filesOf(state.drafts, cell);
  const has = (name: string): TextFile | undefined => files.find((f) => f.file === name);
  const changed = (change: (drafts: Map<string, string>) => void): ReadonlyMap<string, string> => {
    const drafts = new Map(state.drafts);
    change(drafts);
    return drafts;
  };
  switch (action.type) {
    case "openFile":
      return action.file === "" || has(action.file) ? { ...state, open: action.file } : state;
    case "addFile": {
      if (files.length >= mostFiles) return state;
      const name = freeName(main, files);
      return { ...state, open: name, drafts: changed((d) => d.set(fileKey(cell, name), "")) };
    }
    case "renameFile": {
      const file = has(action.file);
      if (!file || nameProblem(action.to, main, files) !== "") return state;
      const drafts = changed((d) => {
        d.delete(fileKey(cell, action.file));
        d.set(fileKey(cell, action.to), file.source);
      });
      return { ...state, drafts, open: state.open === action.file ? action.to : state.open };
    }
    case "deleteFile": {
      const file = has(action.file);
      if (!file) return state;
      return { drafts: changed((d) => d.delete(fileKey(cell, action.file))), open: state.open === action.file ? "" : state.open, deleted: file };
    }
    case "undeleteFile": {
      const { deleted } = state;
      if (!deleted || files.length >= mostFiles) return state;
      const name = nameProblem(deleted.file, main, files) === "" ? deleted.file : freeName(main, files);
      return { drafts: changed((d) => d.set(fileKey(cell, name), deleted.source)), open: name, deleted: null };
    }
    case "bringFiles":
      if (files.length > 0 || state.drafts.has(cell)) return state;
      return { ...state, drafts: changed((d) => {
        for (const { file, source } of action.files.slice(0, mostFiles)) if (nameProblem(file, main, []) === "") d.set(fileKey(cell, file), source);
      }) };
  }
}
