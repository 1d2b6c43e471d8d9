/** What is packed into the single file besides the machine; internal/site/single.go has the same fields. */
export interface Payload {
  /** The app, with the editor. */
  readonly script: string;
  /** Lessons and pages, as HTML by the id of their template. */
  readonly templates: Readonly<Record<string, string>>;
  /** What the app would fetch from the site, by its path there. */
  readonly files: Readonly<Record<string, string>>;
}
