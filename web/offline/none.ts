/** The single file needs nothing to work without network; it stands in pwa.ts's place there. */

/** Does nothing. */
export function keepOffline(): void {}
