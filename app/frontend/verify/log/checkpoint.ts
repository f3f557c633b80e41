// Checkpoints: the size and root of the log, as a signed note (c2sp.org/tlog-checkpoint).

import { equal, fromBase64, utf8 } from "../bytes";
import { verifyEd25519 } from "../signatures";
import { ED25519, keyId, readNote } from "./note";

/** Leaves. No tree has as many. */
const SIZE_END = 1n << 63n;

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Uint8Array;
}

/** Read what a note says without believing it. Throws `RangeError` if it is not a checkpoint. */
export function readCheckpoint(written: string): Checkpoint {
  const lines = readNote(written).text.split("\n");
  const [origin = "", size = "", encoded = ""] = lines;
  const root = fromBase64(encoded);
  const isSize = /^(?:0|[1-9][0-9]{0,18})$/.test(size) && BigInt(size) < SIZE_END;
  if (lines.length < 4 || origin === "" || !isSize || root.length !== 32) throw new RangeError("not a checkpoint");
  return { origin, size: BigInt(size), root };
}

/** Say whether the note is for `origin` and one of `publicKeys` has signed it under that name. */
export async function checkpointIsSigned(written: string, origin: string, publicKeys: Uint8Array[]): Promise<boolean> {
  const note = readNote(written);
  if (!note.text.startsWith(`${origin}\n`)) return false;
  for (const line of note.signatures) {
    const key = publicKeys.find((known) => equal(keyId(origin, ED25519, known), line.keyId));
    // A known key that did not sign this: the whole note is refused.
    if (line.name === origin && key !== undefined) return verifyEd25519(key, line.data, utf8(note.text));
  }
  return false;
}
