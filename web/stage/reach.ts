/** The ways to a menu: the right button, a long press, the menu key. */

/** How long a press is a long one, in milliseconds, and how far a finger may stray meanwhile. */
const pressTime = 550;
const pressSlack = 10;

/** Calls `open` with what lies under the pointer, or has the focus, and the place in the window; it says whether it took it. */
export function onMenu(dom: HTMLElement, open: (target: Element, x: number, y: number) => boolean): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pressed: { x: number; y: number } | undefined;
  let opened = false;
  const release = (): void => {
    clearTimeout(timer);
    pressed = undefined;
  };
  dom.addEventListener("contextmenu", (event) => {
    if (!(event.target instanceof Element)) return;
    // A finger that stays down has opened it already.
    if (opened || open(event.target, event.clientX, event.clientY)) event.preventDefault();
    release();
  });
  dom.addEventListener("keydown", (event) => {
    if (!(event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) || !(event.target instanceof Element)) return;
    const { left, bottom } = event.target.getBoundingClientRect();
    if (open(event.target, left + 8, bottom + 4)) event.preventDefault();
  });
  dom.addEventListener("pointerdown", (event) => {
    release();
    opened = false;
    if (event.pointerType !== "touch" || !event.isPrimary || !(event.target instanceof Element)) return;
    const { target, clientX: x, clientY: y } = event;
    pressed = { x, y };
    timer = setTimeout(() => {
      opened = open(target, x, y);
      release();
    }, pressTime);
  });
  dom.addEventListener("pointermove", (event) => {
    if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > pressSlack) release();
  });
  for (const kind of ["pointerup", "pointercancel"]) dom.addEventListener(kind, release);
  // The click of a long press is not one.
  dom.addEventListener(
    "click",
    (event) => {
      if (!opened) return;
      opened = false;
      event.stopPropagation();
      event.preventDefault();
    },
    true,
  );
}
