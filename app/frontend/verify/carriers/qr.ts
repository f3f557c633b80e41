// A certificate in a code on paper (`certificates/carriers/qr.py`): the front code is an address with a COSE_Sign1 (RFC 9052) behind its
// `#`, the second code brings the proof of the log entry too.

import { fromBase64url, toBase64url } from "../bytes";
import { readCbor, Tagged, writeCbor, type Cbor } from "../cbor";
import { Failed } from "../findings";
import { didWeb } from "../issuer";
import { readNote, writeNote } from "../log/note";
import type { InclusionProof } from "../log/proof";
import { map, readCompact, type Compact } from "./compact";

export const SECOND_CODE_PREFIX = "SARAP1:";
/** Characters. The largest QR code holds 4,296; an address that was typed into a file is not longer. */
export const TEXT_MAX_CHARS = 8 * 1024;

const FRONT_PATH = "/v#";
const SIGN1 = 18;
const [ALGORITHM, KEY_NAME, LOG_INDEX, BINDING] = [1, 4, -65537, -65538];
const EDDSA = -8;
const HASH_BYTES = 32;
const HASHES_MAX = 63;
const INDEX_BITS = 63n;

/** A COSE_Sign1 that was read. Nothing in it is believed before the signature was verified. */
export interface SignedClaims {
  claims: Compact;
  compact: Uint8Array;
  /** The full name of the key. */
  method: string;
  logIndex: bigint;
  binding: Uint8Array;
  signed: Uint8Array;
  signature: Uint8Array;
}

export function isCode(text: string): boolean {
  return text.startsWith(SECOND_CODE_PREFIX) || (/^https?:\/\//.test(text) && text.includes(FRONT_PATH));
}

/** Read the text of either code. Throws `Failed`. */
export function readCode(text: string): { signed: SignedClaims; proof: InclusionProof | undefined } {
  try {
    return text.startsWith(SECOND_CODE_PREFIX) ? readSecond(text) : { signed: readFront(text), proof: undefined };
  } catch (error) {
    throw new Failed("code-unreadable", error instanceof Error ? error.message.slice(0, 200) : "");
  }
}

function readFront(text: string): SignedClaims {
  const at = text.indexOf(FRONT_PATH);
  const cose = fromBase64url(text.slice(at + FRONT_PATH.length));
  const signed = readCose(cose);
  if (`${signed.claims.issuerUrl}${FRONT_PATH}${toBase64url(cose)}` !== text)
    throw new RangeError(`not an address of ${signed.claims.issuerUrl.slice(0, 100)}`);
  return signed;
}

function readSecond(text: string): { signed: SignedClaims; proof: InclusionProof } {
  const data = fromBase45(text.slice(SECOND_CODE_PREFIX.length));
  const parts = readCbor(data);
  if (!Array.isArray(parts) || parts.length !== 3) throw new RangeError("not a second code");
  const [cose, path, checkpoint] = parts;
  if (!(cose instanceof Uint8Array) || !(path instanceof Uint8Array) || typeof checkpoint !== "string") throw new RangeError("not a second code");
  const note = readNote(checkpoint);
  const signed = readCose(cose);
  const hashes = Array.from({ length: path.length / HASH_BYTES }, (_, place) => path.slice(place * HASH_BYTES, (place + 1) * HASH_BYTES));
  const short = note.signatures.every((line) => line.data.length === 64 || line.data.length === 72); // Ed25519, of a log or a witness
  const isRight = path.length % HASH_BYTES === 0 && hashes.length <= HASHES_MAX && short && writeNote(note) === checkpoint;
  if (!isRight || SECOND_CODE_PREFIX + toBase45(data) !== text) throw new RangeError("not written as the centre writes it");
  return { signed, proof: { index: signed.logIndex, hashes, checkpoint } };
}

function readCose(data: Uint8Array): SignedClaims {
  const whole = readCbor(data);
  const parts = whole instanceof Tagged && whole.tag === SIGN1 && Array.isArray(whole.value) ? whole.value : [];
  const [protectedHeader, open, compact, signature] = parts;
  if (!(protectedHeader instanceof Uint8Array) || !(compact instanceof Uint8Array) || !(signature instanceof Uint8Array))
    throw new RangeError("not a COSE_Sign1");
  const header = map(readCbor(protectedHeader));
  const [name, index, binding] = [header.get(KEY_NAME), header.get(LOG_INDEX), header.get(BINDING)];
  const claims = readCompact(compact);
  const did = didWeb(claims.issuerUrl);
  const isRight =
    parts.length === 4 &&
    header.size === 4 &&
    header.get(ALGORITHM) === EDDSA &&
    open instanceof Map &&
    open.size === 0 &&
    (typeof index === "number" || typeof index === "bigint") &&
    index >= 0 &&
    BigInt(index) < 1n << INDEX_BITS &&
    signature.length === 64;
  if (!isRight || !(name instanceof Uint8Array) || !(binding instanceof Uint8Array) || binding.length !== 32 || did === undefined)
    throw new RangeError("not written as the centre writes it");
  const keyName = new TextDecoder("utf-8", { fatal: true }).decode(name);
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(keyName)) throw new RangeError("not the name of a key");
  // The Sig_structure of RFC 9052, section 4.4.
  const signed = writeCbor(["Signature1", protectedHeader, new Uint8Array(), compact] as Cbor);
  return { claims, compact, method: `${did}#${keyName}`, logIndex: BigInt(index), binding, signed, signature };
}

const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** RFC 9285. */
function fromBase45(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let place = 0; place < text.length; place += 3) {
    const digits = [...text.slice(place, place + 3)].map((character) => BASE45.indexOf(character));
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (digits.length === 1 || digits.some((digit) => digit < 0) || value > (digits.length === 3 ? 0xffff : 0xff)) throw new RangeError("not base45");
    bytes.push(...(digits.length === 3 ? [value >> 8, value & 0xff] : [value]));
  }
  return Uint8Array.from(bytes);
}

function toBase45(data: Uint8Array): string {
  let text = "";
  for (let place = 0; place < data.length; place += 2) {
    const isPair = place + 1 < data.length;
    let value = isPair ? (data[place] ?? 0) * 256 + (data[place + 1] ?? 0) : (data[place] ?? 0);
    for (let digit = 0; digit < (isPair ? 3 : 2); digit += 1) {
      text += BASE45[value % 45] ?? "";
      value = Math.floor(value / 45);
    }
  }
  return text;
}
