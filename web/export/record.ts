/** A film of the view: what its canvases show, put together and taken by the browser's recorder. */

/** A film that is being taken. */
export interface Recording {
  /** The film, once it is over. */
  readonly film: Promise<Blob>;
  stop(): void;
}

/** The longest film, in milliseconds. */
export const longest = 60_000;

const kinds = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];

/** Why this browser takes no films, "" if it does. */
export function cannotRecord(): string {
  if (typeof MediaRecorder === "undefined" || typeof HTMLCanvasElement.prototype.captureStream !== "function") return "This browser cannot record a page's pictures.";
  return kinds.some((kind) => MediaRecorder.isTypeSupported(kind)) ? "" : "This browser cannot write WebM films.";
}

/** Films the canvases of an element until it is stopped. Those that lie over each other are put together, on a ground. */
export function record(host: HTMLElement, ground: () => string): Recording {
  const box = host.getBoundingClientRect();
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const film = document.createElement("canvas");
  // Encoders want even numbers.
  film.width = Math.max(2, Math.round((box.width * ratio) / 2) * 2);
  film.height = Math.max(2, Math.round((box.height * ratio) / 2) * 2);
  const ctx = film.getContext("2d");
  if (!ctx) throw new Error("this browser draws no 2D canvas");
  let over = false;
  const frame = (): void => {
    if (over) return;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = ground();
    ctx.fillRect(0, 0, film.width, film.height);
    const at = host.getBoundingClientRect();
    for (const canvas of host.querySelectorAll("canvas")) {
      const r = canvas.getBoundingClientRect();
      if (r.width > 0 && r.height > 0 && canvas.width > 0) ctx.drawImage(canvas, (r.left - at.left) * ratio, (r.top - at.top) * ratio, r.width * ratio, r.height * ratio);
    }
    requestAnimationFrame(frame);
  };
  frame();
  const stream = film.captureStream(30);
  const mimeType = kinds.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "video/webm";
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: 4_000_000 });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (data.size > 0) parts.push(data);
  });
  const stop = (): void => {
    if (recorder.state !== "inactive") recorder.stop();
  };
  const timer = setTimeout(stop, longest);
  const done = new Promise<Blob>((resolve, reject) => {
    const end = (): void => {
      over = true;
      clearTimeout(timer);
      for (const track of stream.getTracks()) track.stop();
    };
    recorder.addEventListener("stop", () => {
      end();
      resolve(new Blob(parts, { type: "video/webm" }));
    });
    recorder.addEventListener("error", () => {
      end();
      reject(new Error("the browser gave up recording"));
    });
  });
  recorder.start(500);
  return { film: done, stop };
}
