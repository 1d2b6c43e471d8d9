/** Where things are after formatting: the formatter moves blanks about and little else. */

/** The caret's place in a formatted text: behind the same visible character as before. */
export function caretAfter(before: string, after: string, caret: number): number {
  let count = 0;
  for (let i = 0; i < caret; i++) if (visible(before[i])) count++;
  const onBlank = caret > 0 && !visible(before[caret - 1]);
  let at = 0;
  for (let seen = 0; at < after.length && seen < count; at++) if (visible(after[at])) seen++;
  // At the beginning of a line's text it stays there.
  if (onBlank) while (at < after.length && !visible(after[at])) at++;
  return at;
}

function visible(character: string | undefined): boolean {
  // What the formatter adds and takes away.
  return character !== undefined && !/[\s(),]/.test(character);
}
