/** The pace: from the slider's place to beats a second. */

/** The slowest pace, and the fastest that is still counted, in beats a second. */
export const slowest = 1;
export const fastest = 120;

/** Beats a second for a place of the slider from 0 to 1; 0 means without limit, which the right end is. */
export function perSecond(speed: number): number {
  if (speed >= 1) return 0;
  return Math.round(slowest * (fastest / slowest) ** speed * 10) / 10;
}

/** The pace in words. */
export function paceWord(speed: number): string {
  const pace = perSecond(speed);
  return pace === 0 ? "as fast as it goes" : pace === 1 ? "one event a second" : `${Math.round(pace)} events a second`;
}

/** The slider's place for a pace. */
export function placeOf(pace: number): number {
  if (pace === 0) return 1;
  return Math.min(0.99, Math.max(0, Math.log(pace / slowest) / Math.log(fastest / slowest)));
}
