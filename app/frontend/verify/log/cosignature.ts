// Cosignatures (c2sp.org/tlog-cosignature) and who must have given them: a witness says that a checkpoint continues every one that it has
// seen before. Ed25519 signs a time and the text of the note; ML-DSA-44 signs a time and what the checkpoint says.

import { bytesToHex, concatBytes, equal, fromBase64, utf8 } from "../bytes";
import { verifyEd25519, verifyMlDsa44 } from "../signatures";
import type { Json, JsonObject } from "../strict_json";
import { readCheckpoint } from "./checkpoint";
import { keyId, writeNote, type Note, type SignatureLine } from "./note";

const ED25519_COSIGNATURE = 0x04;
export const ML_DSA_44_COSIGNATURE = 0x06;
const KEY_BYTES: Record<number, number> = { [ED25519_COSIGNATURE]: 32, [ML_DSA_44_COSIGNATURE]: 1312 };
const SIGNATURE_BYTES: Record<number, number> = { [ED25519_COSIGNATURE]: 64, [ML_DSA_44_COSIGNATURE]: 2420 };
const TIME_BYTES = 8;
const NAME_MAX_BYTES = 255;
/** The last second of the year 9999: no clock says more. */
const SECONDS_MAX = 253_402_300_799n;
/** Keys. Sixteen witnesses with two kinds each. */
const WITNESS_KEYS_MAX = 32;

export interface WitnessKey {
  name: string;
  kind: number;
  publicKey: Uint8Array;
}

/** The witnesses that are known, and from which leaf on `quorum` of them must have cosigned its checkpoint. */
export interface WitnessPolicy {
  keys: WitnessKey[];
  quorum: number;
  since: number;
}

/** Read a key line, `name+id+base64`. Throws `RangeError` if it is malformed, of another kind, or its id is not the one of its key. */
export function readWitnessKey(line: string): WitnessKey {
  const found = /^([^+]+)\+([^+]*)\+(.*)$/s.exec(line.trim());
  const [, name = "", id = "", encoded = ""] = found ?? [];
  const data = fromBase64(encoded);
  const [kind = 0] = data;
  const publicKey = data.slice(1);
  if (publicKey.length !== KEY_BYTES[kind] || bytesToHex(keyId(name, kind, publicKey)) !== id) throw new RangeError("not a witness's key");
  return { name, kind, publicKey };
}

/** Read the members of a key document. Throws `RangeError`. A log is no witness of itself, and a key under two names is one witness. */
export function policyOf(document: JsonObject, origin: string | undefined): WitnessPolicy {
  const lines = document["witnesses"] ?? [];
  if (!Array.isArray(lines) || lines.length > WITNESS_KEYS_MAX) throw new RangeError("not a list of witnesses");
  const keys = lines.map((line) => readWitnessKey(String(line)));
  const [quorum, since] = [count(document["witnessQuorum"]), count(document["witnessedFrom"])];
  const isTwice = keys.some((key, place) => keys.some((other, later) => later > place && equal(key.publicKey, other.publicKey)));
  if (isTwice || keys.some((key) => key.name === origin) || quorum > new Set(keys.map((key) => key.name)).size)
    throw new RangeError("not witnesses that can be asked for");
  return { keys, quorum, since };
}

function count(value: Json | undefined): number {
  if (value === undefined) return 0;
  if (typeof value !== "number" || value < 0) throw new RangeError("not a number of witnesses");
  return value;
}

/** Who of the policy has cosigned, each name once. */
export async function cosignedBy(note: Note, policy: WitnessPolicy): Promise<string[]> {
  const names = new Set<string>();
  for (const key of policy.keys) if (await cosigned(note, key)) names.add(key.name);
  return [...names];
}

/** Say whether a line claims to be by one of the `known` keys and is not. */
export async function hasFalseLine(note: Note, known: WitnessKey[]): Promise<boolean> {
  for (const key of known) if (linesBy(note, key).length > 0 && !(await cosigned(note, key))) return true;
  return false;
}

function linesBy(note: Note, key: WitnessKey): SignatureLine[] {
  const id = keyId(key.name, key.kind, key.publicKey);
  return note.signatures.filter((line) => line.name === key.name && equal(line.keyId, id));
}

/** One false line lets none of that witness count (signed-note: reject). */
async function cosigned(note: Note, key: WitnessKey): Promise<boolean> {
  const lines = linesBy(note, key);
  for (const line of lines) {
    if (line.data.length !== TIME_BYTES + (SIGNATURE_BYTES[key.kind] ?? 0)) return false;
    const time = line.data.slice(0, TIME_BYTES);
    const seconds = BigInt(`0x${bytesToHex(time)}`);
    const message = messageOf(note, key, time, seconds);
    if (seconds > SECONDS_MAX || message === undefined) return false;
    const verify = key.kind === ML_DSA_44_COSIGNATURE ? verifyMlDsa44 : verifyEd25519;
    if (!(await verify(key.publicKey, line.data.slice(TIME_BYTES), message))) return false;
  }
  return lines.length > 0;
}

function messageOf(note: Note, key: WitnessKey, time: Uint8Array, seconds: bigint): Uint8Array | undefined {
  if (key.kind === ED25519_COSIGNATURE) return utf8(`cosignature/v1\ntime ${seconds}\n${note.text}`);
  const checkpoint = readCheckpoint(writeNote(note));
  const [name, origin] = [utf8(key.name), utf8(checkpoint.origin)];
  if ([name, origin].some((one) => one.length === 0 || one.length > NAME_MAX_BYTES)) return undefined;
  const size = Uint8Array.from({ length: 8 }, (_, place) => Number((checkpoint.size >> BigInt(8 * (7 - place))) & 0xffn));
  return concatBytes(
    utf8("subtree/v1\n\0"),
    Uint8Array.of(name.length),
    name,
    time,
    Uint8Array.of(origin.length),
    origin,
    new Uint8Array(8),
    size,
    checkpoint.root,
  );
}
