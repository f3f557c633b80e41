// Signed notes (c2sp.org/signed-note): text, an empty line, and a line for each signature.

import { concatBytes, fromBase64, sha256, toBase64, utf8 } from "../bytes";

const NOTE_MAX_CHARS = 128 * 1024;
const KEY_ID_BYTES = 4;

export const ED25519 = 0x01;

export interface SignatureLine {
  name: string;
  keyId: Uint8Array;
  data: Uint8Array;
}

export interface Note {
  text: string;
  signatures: SignatureLine[];
}

/** Name a key in four bytes. */
export function keyId(name: string, kind: number, publicKey: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8(name), Uint8Array.of(0x0a, kind), publicKey)).slice(0, KEY_ID_BYTES);
}

/** Throws `RangeError` if it is not a note. */
export function readNote(written: string): Note {
  const blank = written.lastIndexOf("\n\n");
  if (written.length > 2 * NOTE_MAX_CHARS || [...written].length > NOTE_MAX_CHARS || /[^\n -\u{10ffff}]/u.test(written) || blank < 0)
    throw new RangeError("not a signed note");
  const block = written.slice(blank + 2);
  if (!block.endsWith("\n")) throw new RangeError("not signature lines");
  return { text: written.slice(0, blank + 1), signatures: block.slice(0, -1).split("\n").map(readLine) };
}

export function writeNote(note: Note): string {
  const lines = note.signatures.map((line) => `— ${line.name} ${toBase64(concatBytes(line.keyId, line.data))}\n`);
  return `${note.text}\n${lines.join("")}`;
}

function readLine(line: string): SignatureLine {
  const [dash, name = "", encoded = ""] = line.split(" ");
  const data = fromBase64(encoded);
  // Written again, so that there is one way to write it: base64 has spare bits.
  if (dash !== "—" || name === "" || name.includes("+") || line !== `— ${name} ${toBase64(data)}` || data.length <= KEY_ID_BYTES)
    throw new RangeError("not a signature line");
  return { name, keyId: data.slice(0, KEY_ID_BYTES), data: data.slice(KEY_ID_BYTES) };
}
