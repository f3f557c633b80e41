// The proof that an entry is in the log, as a text file of its own (c2sp.org/tlog-proof), and the tree of RFC 6962 behind it.

import { concatBytes, equal, fromBase64, sha256, toBase64 } from "../bytes";

const HEADER = "c2sp.org/tlog-proof@v1";
const HASH_BYTES = 32;
const HASHES_MAX = 63;

export interface InclusionProof {
  index: bigint;
  hashes: Uint8Array[];
  checkpoint: string;
}

export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concatBytes(Uint8Array.of(0), entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

/** Throws `RangeError` if the text is not a log proof. */
export function readProof(text: string): InclusionProof {
  const blank = text.indexOf("\n\n");
  const [header, index = "", ...lines] = text.slice(0, Math.max(blank, 0)).split("\n");
  const digits = index.slice("index ".length);
  const isRight = header === HEADER && index.startsWith("index ") && /^(?:0|[1-9][0-9]{0,17})$/.test(digits);
  if (blank < 0 || !isRight || lines.length > HASHES_MAX) throw new RangeError("not a log proof");
  const hashes = lines.map(fromBase64);
  if (hashes.some((value) => value.length !== HASH_BYTES)) throw new RangeError("not a log proof");
  const proof = { index: BigInt(digits), hashes, checkpoint: text.slice(blank + 2) };
  if (writeProof(proof) !== text) throw new RangeError("there is more than one way to write it");
  return proof;
}

export function writeProof(proof: InclusionProof): string {
  return `${HEADER}\nindex ${proof.index}\n${proof.hashes.map((hash) => `${toBase64(hash)}\n`).join("")}\n${proof.checkpoint}`;
}

/** Take the opaque data out of a proof that is a file of its own: ours is the salt of the certificate. Throws `RangeError`. */
export function splitExtra(written: string): { proof: string; extra: Uint8Array } {
  const found = /^([^\n]*\n)extra ([^\n]*)\n/.exec(written);
  if (found === null) return { proof: written, extra: new Uint8Array() };
  return { proof: (found[1] ?? "") + written.slice(found[0].length), extra: fromBase64(found[2] ?? "") };
}

/** Say whether `proof` leads from `entry` to `root` in a tree of `size` leaves. */
export function proves(proof: InclusionProof, entry: Uint8Array, size: bigint, root: Uint8Array): boolean {
  const found = rootFromProof(proof.index, size, leafHash(entry), proof.hashes);
  return found !== undefined && equal(found, root);
}

/** Recompute the root (RFC 9162, section 2.1.3.2). undefined if the proof has the wrong length for its place. */
export function rootFromProof(index: bigint, size: bigint, leaf: Uint8Array, proof: Uint8Array[]): Uint8Array | undefined {
  if (index >= size) return undefined;
  let [node, last, value] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return undefined;
    if (node & 1n || node === last) {
      value = nodeHash(sibling, value);
      while (!(node & 1n) && node) {
        node >>= 1n;
        last >>= 1n;
      }
    } else value = nodeHash(value, sibling);
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? value : undefined;
}
