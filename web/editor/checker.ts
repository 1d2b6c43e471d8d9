/** Checks the program while it is being written, and sees to it that only what compiles is loaded. */

import { alive, programOf, wholeText, type Action, type State } from "../state/state.ts";
import { compiles } from "../state/problems.ts";
import type { Store } from "../state/store.ts";
import type { Assistant } from "./assistant.ts";

/** How long the keyboard rests before the program is checked, in milliseconds. */
export const rest = 200;

/** Starts to check what is typed into a store's program. */
export function startChecker(store: Store<State, Action>, assistant: Assistant): void {
  const { dispatch } = store;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A load waits for the check of the text as it is now.
  let wanted = false;

  const check = async (): Promise<void> => {
    clearTimeout(timer);
    const about = { key: store.state.cell.key, text: wholeText(store.state) };
    dispatch({ type: "checking" });
    let problem = "";
    try {
      const checked = await assistant.check(programOf(store.state));
      // Another check took its place.
      if (!checked) return;
      dispatch({ type: "checked", ...about, checked });
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      dispatch({ type: "checked", ...about, checked: { diagnostics: [], problem } });
    }
    const { state } = store;
    if (state.cell.key !== about.key || wholeText(state) !== about.text) return;
    const { autoLoad, problems, ran } = state;
    // What cannot be checked is loaded all the same when somebody asks for it: the machine will say what is wrong.
    if (wanted) dispatch(compiles(problems) ? { type: "load" } : { type: "unloadable" });
    else if (autoLoad && alive(state) && ran !== about.text && problem === "" && compiles(problems)) dispatch({ type: "load" });
    wanted = false;
  };

  store.listen((action, next, previous) => {
    switch (action.type) {
      case "save":
        wanted = true;
        if (!alive(next)) {
          wanted = false;
          dispatch({ type: "unloadable" });
        } else void check();
        break;
      case "autoLoad":
        if (action.on) void check();
        break;
      case "edited":
      case "original":
      case "addFile":
      case "renameFile":
      case "deleteFile":
      case "undeleteFile":
        if (next.drafts === previous.drafts) break;
        wanted = false;
        clearTimeout(timer);
        timer = setTimeout(() => void check(), rest);
        break;
      default:
        // Another program is in the editor.
        if (next.cell.key !== previous.cell.key) {
          wanted = false;
          clearTimeout(timer);
        }
        break;
    }
  });
}
