// Who was revoked or suspended: one bit for each certificate of the centre (W3C REC, Bitstring Status List 1.0).

import { fromBase64url } from "./bytes";

export const PURPOSES = ["revocation", "suspension", "message"] as const;
/** The lists without which nothing is known of a certificate's status; `message` only says why. */
export const NEEDED: readonly Purpose[] = ["revocation", "suspension"];
export type Purpose = (typeof PURPOSES)[number];

/** Entries. In a smaller herd a single certificate could be told apart. */
export const ENTRIES_MIN = 131_072;
/** Entries. One mebibyte of bits: what a verifier unpacks at most, whatever a file claims. */
export const ENTRIES_MAX = 8 * 1024 * 1024;

/** Read the bits of a list. Throws if it is not one, is too small for privacy or too large to unpack. */
export async function decodeList(encoded: string, bitsEach = 1): Promise<Uint8Array> {
  if (!encoded.startsWith("u")) throw new RangeError("not base64url multibase");
  const bits = await unpack(fromBase64url(encoded.slice(1)), "gzip", (ENTRIES_MAX * bitsEach) / 8);
  if (bits.length * 8 < ENTRIES_MIN) throw new RangeError(`a list has ${ENTRIES_MIN} to ${ENTRIES_MAX} entries`);
  return bits;
}

/** Say whether the bit of `index` is set. Throws `RangeError` if the list ends before it. */
export function isMarked(bits: Uint8Array, index: number): boolean {
  const byte = bits[Math.floor(index / 8)];
  if (byte === undefined) throw new RangeError("the list ends before this");
  return (byte & (0x80 >> index % 8)) !== 0;
}

/** Bits of a number in the list of reasons. */
export const NUMBER_BITS = 4;

/** The words for why a certificate was revoked or suspended, in the order of their numbers from 1 (`certificates/reasons.py`). */
const REASONS = [
  "undisclosed",
  "superseded",
  "issued-in-error",
  "data-wrong",
  "result-changed",
  "rules-broken",
  "identity-doubted",
  "holder-asked",
  "under-review",
];

/** The reason at `index`; null if none is given, also by a list that is older than the certificate. */
export function reasonAt(bits: Uint8Array, index: number): string | null {
  const number = ((bits[Math.floor(index / 2)] ?? 0) >> (index % 2 ? 0 : NUMBER_BITS)) & ((1 << NUMBER_BITS) - 1);
  return REASONS[number - 1] ?? null;
}

/** Decompress at most `maxBytes`; what is cut off, goes on too long or has a wrong checksum throws. */
export async function unpack(packed: Uint8Array, format: CompressionFormat, maxBytes: number): Promise<Uint8Array> {
  const reader = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      throw new RangeError(`more than ${maxBytes} bytes`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
