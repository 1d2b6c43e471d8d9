/** The text of the help: of the interface's words those that few visits need, so they are loaded with it. See words.ts. */

export const helpWords = {
  name: "Keys and help",
  intro: "Everything on this page can be reached with Tab and used by keyboard. On a Mac, Cmd does what Ctrl does here.",
  close: "Close",
  groups: [
    {
      name: "Anywhere",
      keys: [
        ["Ctrl+S", "load what has changed into the program that runs"],
        ["Ctrl+Shift+F", "format the program"],
        ["?", "this help"],
        ["Esc", "close what is open"],
      ],
    },
    {
      name: "Code",
      keys: [
        ["Ctrl+Enter", "run"],
        ["Ctrl+Space", "complete"],
        ["F12 / Ctrl+click", "go to the definition"],
        ["Ctrl+F", "find and replace"],
        ["Ctrl+Z / Ctrl+Y", "undo, redo"],
        ["Tab / Shift+Tab", "indent, less"],
        ["Esc, then Tab", "leave the editor"],
        ["F2 / Delete", "on a file's tab: rename, delete"],
      ],
    },
    {
      name: "iex",
      keys: [
        ["Enter", "evaluate"],
        ["Shift+Enter", "a new line"],
        ["Tab", "complete; leaves an empty field"],
        ["↑ / ↓", "earlier and later lines"],
        ["Ctrl+C", "give up what is evaluated or typed"],
        ["Ctrl+L", "clear"],
      ],
    },
    {
      name: "Tree of processes",
      keys: [
        ["↑ / ↓", "the process before, the next"],
        ["→ / ←", "to the children, to the parent"],
        ["Enter", "select"],
        ["Shift+F10", "what can be done with it"],
        ["c", "fold what is below"],
        ["+ / -", "zoom"],
        ["0", "all of it"],
        ["Shift+↑ / Shift+→", "move the picture"],
      ],
    },
    {
      name: "Timeline",
      keys: [
        ["← / →", "an event back, on"],
        ["Page Up / Page Down", "the next mark, the one before"],
        ["Home / End", "the beginning, now"],
      ],
    },
    {
      name: "Sequence",
      keys: [
        ["↑ / ↓", "the event before, the next"],
        ["← / →", "along its lane"],
        ["Enter", "that moment"],
        ["w", "why it came to that"],
        ["Alt+← / Alt+→", "on a lane's head: move it"],
        ["Delete", "on a lane's head: hide it"],
      ],
    },
    {
      name: "Crowd",
      keys: [
        ["↑ / ↓ / ← / →", "from cell to cell"],
        ["Space", "select"],
        ["Enter", "show it in the tree"],
        ["+ / - / 0", "zoom, all of it"],
      ],
    },
  ] satisfies readonly { readonly name: string; readonly keys: readonly (readonly [string, string])[] }[],
} as const;
