/**
 * Bytes as text in the single file: five characters for four bytes, where base64 takes five and a third; that is a quarter
 * of a megabyte. The characters are those that mean nothing to HTML, to scripts or to mail. internal/site/base85.go writes
 * what is read here.
 */

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%()*+,.:;=?@[]^_{|}~";

/** Reads bytes from text. Throws a RangeError when it is none that was written so. */
export function fromBase85(text: string): Uint8Array<ArrayBuffer> {
  const values = new Uint8Array(128).fill(255);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  const rest = text.length % 5;
  if (rest === 1) throw new RangeError("a part of the file is missing");
  const bytes = new Uint8Array(Math.floor(text.length / 5) * 4 + (rest === 0 ? 0 : rest - 1));
  let at = 0;
  for (let i = 0; i < text.length; i += 5) {
    let word = 0;
    for (let k = 0; k < 5; k++) {
      // A last group that is short was filled with the highest digit.
      const value = i + k < text.length ? (values[text.charCodeAt(i + k)] ?? 255) : 84;
      if (value === 255) throw new RangeError("a part of the file was changed");
      word = word * 85 + value;
    }
    for (let shift = 24; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = (word / 2 ** shift) & 255;
  }
  return bytes;
}
