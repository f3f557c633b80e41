// What a wallet shows (`certificates/carriers/sd_jwt.py`): an SD-JWT VC (RFC 9901), in which the holder may have kept name and score to
// himself. `claims` has stand-ins for what was withheld; `shown` says what was not.

import { bytesToHex, equal, fromBase64url, sha256, toBase64url, utf8 } from "../bytes";
import { Failed } from "../findings";
import { didWeb } from "../issuer";
import { issueEntry } from "../log/entry";
import { at, listAt, part } from "../profile";
import { isSerial } from "../serial";
import { verifyP256 } from "../signatures";
import { canonical, canonicalText, isObject, read, readObject, type Json, type JsonObject } from "../strict_json";
import { SECOND_MS } from "../timestamps";
import { readJwk } from "../trust";
import { writeCompact, type Compact } from "./compact";

const WITHHELD = ["name", "score", "binding", "log_proof"];
const ENTRY_PREFIX = "sarap/v1 issue ";
const SECONDS_MAX = 253_402_300_799;

export interface HeldCredential {
  claims: Compact;
  shown: Set<string>;
  method: string;
  /** The line in the log that it says it has. */
  entry: Uint8Array;
  binding: Uint8Array | undefined;
  logProof: string | undefined;
  holderKey: Uint8Array;
  signed: Uint8Array;
  signature: Uint8Array;
  keyBinding: string;
  presented: Uint8Array;
}

export function isSdJwt(text: string): boolean {
  return /^eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+~/.test(text);
}

/** Read what a holder shows. Throws `Failed` for anything that a centre would not have written. */
export function readSdJwt(text: string): HeldCredential {
  try {
    return readHeld(text);
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw new Failed("jwt-unreadable", error instanceof Error ? error.message.slice(0, 200) : "");
  }
}

/** Say whether everything is shown that makes the entry in the log. */
export function isWhole(held: HeldCredential): boolean {
  return ["name", "score", "binding"].every((name) => held.shown.has(name));
}

/** Say whether what is shown makes the entry that it names; true where too much is withheld to tell. */
export function fitsItsEntry(held: HeldCredential): boolean {
  if (held.binding === undefined || !isWhole(held)) return true;
  const { issuerUrl, serial } = held.claims;
  return equal(issueEntry(`${issuerUrl}/certificates/${serial}`, writeCompact(held.claims), held.binding), held.entry);
}

/** Say whether the key binding, if there is one, is by the holder's key and over what is shown (RFC 9901, section 7.3). */
export async function holderSigned(held: HeldCredential): Promise<boolean> {
  if (held.keyBinding === "") return true;
  try {
    const [header = "", payload = "", signature = "", more] = held.keyBinding.split(".");
    const said = readObject(exact(payload));
    const isRight =
      more === undefined &&
      canonicalText(readObject(exact(header))) === canonicalText({ alg: "ES256", typ: "kb+jwt" }) &&
      said["sd_hash"] === toBase64url(sha256(held.presented));
    return isRight && (await verifyP256(held.holderKey, exact(signature), utf8(`${header}.${payload}`)));
  } catch {
    return false;
  }
}

function readHeld(text: string): HeldCredential {
  const [token = "", ...rest] = text.split("~");
  const keyBinding = rest.pop();
  const [writtenHeader = "", writtenPayload = "", writtenSignature = "", more] = token.split(".");
  if (keyBinding === undefined || more !== undefined) throw new RangeError("not three parts and a tilde");
  const header = readObject(exact(writtenHeader));
  const payload = readObject(exact(writtenPayload));
  const method = header["kid"];
  if (typeof method !== "string" || canonicalText(header) !== canonicalText({ alg: "ES256", kid: method, typ: "dc+sd-jwt" }))
    throw new RangeError("another header than ours");
  const signature = exact(writtenSignature);
  if (signature.length !== 64) throw new RangeError(`a signature of ${signature.length} bytes`);
  const shown = disclosed(payload, rest);
  const { claims, entry, holderKey } = claimsOf(payload, shown);
  const bound = shown.get("binding");
  const binding = bound === undefined ? undefined : exact(String(bound));
  if (binding !== undefined && binding.length !== 32) throw new RangeError("not a binding");
  const proof = shown.get("log_proof");
  return {
    claims,
    shown: new Set(shown.keys()),
    method,
    entry,
    binding,
    logProof: proof === undefined ? undefined : textIn(proof),
    holderKey,
    signed: utf8(`${writtenHeader}.${writtenPayload}`),
    signature,
    keyBinding,
    presented: utf8(keyBinding === "" ? text : text.slice(0, -keyBinding.length)),
  };
}

/** What the holder shows, by name. Each must be one that the issuer signed, once, and nothing else. */
function disclosed(payload: JsonObject, disclosures: string[]): Map<string, Json> {
  const digests = listAt(payload, "_sd");
  if (payload["_sd_alg"] !== "sha-256" || new Set(digests).size !== digests.length || digests.length !== WITHHELD.length)
    throw new RangeError("not the digests of a certificate");
  const shown = new Map<string, Json>();
  for (const written of disclosures) {
    const parts = read(exact(written));
    if (!digests.includes(toBase64url(sha256(utf8(written))))) throw new RangeError("something is shown that was not signed");
    const [, name, value, more] = Array.isArray(parts) ? parts : [];
    if (typeof name !== "string" || value === undefined || more !== undefined || !WITHHELD.includes(name) || shown.has(name))
      throw new RangeError("something is shown twice, or that no certificate has");
    shown.set(name, value);
  }
  return shown;
}

/** Read the claims, and hold the whole payload against what a centre would have written of them: nothing more, nothing less. */
function claimsOf(payload: JsonObject, shown: Map<string, Json>): { claims: Compact; entry: Uint8Array; holderKey: Uint8Array } {
  const own = textIn(part(payload, "id"));
  const place = own.lastIndexOf("/certificates/");
  const [url, serial] = [own.slice(0, Math.max(place, 0)), own.slice(place + "/certificates/".length)];
  const entry = textIn(part(payload, "log", "entry"));
  const index = part(payload, "log", "index");
  const isRight = isSerial(serial) && url === payload["iss"] && /^[0-9a-f]{64}$/.test(entry) && typeof index === "number";
  if (!isRight || didWeb(url) === undefined) throw new RangeError("not the number of a certificate");
  const score = shown.get("score") ?? ["0", "1", "0"];
  if (!Array.isArray(score) || score.length !== 3) throw new RangeError("not a score");
  const [points = "", maximum = "", required = ""] = score.map(textIn);
  const achievement = part(payload, "achievement");
  const statusIndex = part(payload, "status", "status_list", "idx");
  if (typeof statusIndex !== "number") throw new RangeError("not a place in a list");
  const claims: Compact = {
    issuerUrl: url,
    serial,
    holder: textIn(shown.get("name") ?? "-"),
    achievementCode: textIn(part(achievement, "code")),
    achievement: textIn(part(achievement, "name")),
    points,
    maximum,
    required,
    satAt: moment(part(payload, "sat")),
    awardedAt: moment(part(payload, "nbf")),
    validUntil: "exp" in payload ? moment(part(payload, "exp")) : undefined,
    statusIndex,
    levels: listAt(achievement, "levels").map(textIn),
  };
  const jwk = part(payload, "cnf", "jwk");
  const holderKey = readJwk(isObject(jwk) ? jwk : {});
  const written: JsonObject = {
    iss: url,
    vct: `${url}/credentials/examination`,
    id: own,
    nbf: claims.awardedAt / SECOND_MS,
    sat: claims.satAt / SECOND_MS,
    achievement: {
      code: claims.achievementCode,
      name: claims.achievement,
      ...(claims.levels.length > 0 ? { levels: claims.levels } : {}),
    },
    status: { status_list: { idx: statusIndex, uri: `${url}/status/tokens` } },
    cnf: { jwk: { kty: "EC", crv: "P-256", x: at(jwk, "x"), y: at(jwk, "y") } },
    log: { index, entry },
    _sd_alg: "sha-256",
    _sd: listAt(payload, "_sd"),
    ...(claims.validUntil === undefined ? {} : { exp: claims.validUntil / SECOND_MS }),
  };
  if (bytesToHex(sha256(canonical(payload))) !== bytesToHex(sha256(canonical(written))))
    throw new RangeError("it says more or less than a certificate does");
  return { claims, entry: utf8(ENTRY_PREFIX + entry), holderKey };
}

/** Base64url in the one way to write it. */
function exact(text: string): Uint8Array {
  const data = fromBase64url(text);
  if (toBase64url(data) !== text) throw new RangeError("there is more than one way to write it");
  return data;
}

function textIn(value: Json): string {
  if (typeof value !== "string") throw new RangeError("a text was expected");
  return value;
}

function moment(value: Json): number {
  if (typeof value !== "number" || value < 0 || value > SECONDS_MAX) throw new RangeError("a moment in seconds was expected");
  return value * SECOND_MS;
}
