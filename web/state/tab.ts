/** The views of a run; each is a tab. */

/** The names that tabs go by, in lessons, links and embeds: of `Views` in lessons/notebook.go, those there are. */
export const tabNames = ["tree", "sequence", "observer", "schedulers", "crowd"] as const;

export type Tab = (typeof tabNames)[number];

/** The tab that a program opens with; "" is the tree. */
export function tabOf(view: string): Tab {
  return tabNames.find((name) => name === view) ?? "tree";
}
