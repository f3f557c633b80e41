// Bytes as text and back, as strictly as the Python side: what it refuses is refused here.

import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

export { bytesToHex, hexToBytes };
export { concatBytes } from "@noble/hashes/utils.js";
export { sha256 } from "@noble/hashes/sha2.js";

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Throws `RangeError` for anything but padded base64 in one piece: `atob` alone would pass over spaces and missing padding. */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0 || !BASE64.test(text)) throw new RangeError("not base64");
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Base64url without padding. */
export function fromBase64url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new RangeError("not base64url");
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4));
}

export function toBase64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** A key has 48 characters and a signature at most 89; base58 takes quadratic time, so nothing longer is looked at. */
const BASE58_MAX_CHARS = 100;

/** Multibase base58btc: `z` and the rest. Throws `RangeError`. */
export function fromBase58btc(text: string): Uint8Array {
  if (!text.startsWith("z") || text.length > BASE58_MAX_CHARS) throw new RangeError("not base58btc multibase");
  let value = 0n;
  for (const character of text.slice(1)) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw new RangeError("not base58btc");
    value = value * 58n + BigInt(digit);
  }
  const zeros = /^1*/.exec(text.slice(1))?.[0].length ?? 0;
  const digits = value === 0n ? "" : value.toString(16);
  return hexToBytes("00".repeat(zeros) + (digits.length % 2 ? `0${digits}` : digits));
}
