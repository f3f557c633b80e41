// The key documents of the centres that are trusted, and when each key counts (`certificates/trust.py`).

import { concatBytes, fromBase64, fromBase64url } from "./bytes";
import type { Code } from "./findings";
import { ML_DSA_44_COSIGNATURE, policyOf, readWitnessKey, type WitnessKey, type WitnessPolicy } from "./log/cosignature";
import { readKey } from "./multikey";
import { isObject, readObject, type Json, type JsonObject } from "./strict_json";
import { MINUTE_MS, readTimestamp } from "./timestamps";

/** How far this computer's clock may be behind the centre's before something counts as being from the future. */
export const CLOCK_SKEW_MS = 5 * MINUTE_MS;
const KEY_DOCUMENT_MAX_BYTES = 256 * 1024;

export interface TrustedKey {
  method: string;
  algorithm: "Ed25519" | "ES256";
  publicKey: Uint8Array;
  expires: number | undefined;
  revoked: number | undefined;
  revokedFromLogIndex: number | undefined;
  retiredFromLogIndex: number | undefined;
  /** X.509 certificates in DER, leaf first. */
  chain: Uint8Array[];
}

export interface TrustedIssuer {
  did: string;
  credentialKeys: Map<string, TrustedKey>;
  logKeys: TrustedKey[];
  /** P-256 keys that may sign its tokens. */
  documentKeys: Map<string, TrustedKey>;
  /** Its log's keys of ML-DSA-44, whose signature on a checkpoint may be absent and must not be false. */
  logCosigners: WitnessKey[];
  witnesses: WitnessPolicy;
}

export type Trust = Map<string, TrustedIssuer>;

/**
 * Say why a signature by this key does not count, if so. `signedAt` is what the signature claims, `leafIndex` where in the centre's log
 * stands what it is under: only the log can tell what a stolen key signed before it was stolen, so whatever is in no log is refused.
 */
export function refusalOf(key: TrustedKey, signedAt: number, now: number, leafIndex: bigint | undefined): Code | undefined {
  const { revokedFromLogIndex, retiredFromLogIndex } = key;
  if (revokedFromLogIndex !== undefined) {
    if (leafIndex === undefined || leafIndex >= revokedFromLogIndex) return "key-revoked";
  } else if (key.revoked !== undefined && key.revoked <= now + CLOCK_SKEW_MS) return "key-revoked";
  if (key.expires !== undefined && key.expires <= signedAt) return "key-expired";
  if (retiredFromLogIndex !== undefined && leafIndex !== undefined && leafIndex >= retiredFromLogIndex) return "key-expired";
  return signedAt > now + CLOCK_SKEW_MS ? "signed-in-future" : undefined;
}

/** The keys whose signature on a checkpoint counts: those that were not withdrawn. */
export function countingLogKeys(issuer: TrustedIssuer, now: number): TrustedKey[] {
  return issuer.logKeys.filter((key) => key.revoked === undefined || key.revoked > now + CLOCK_SKEW_MS);
}

/** Read a key document. Throws if it is none that this verifier can use. */
export function readTrust(data: Uint8Array): TrustedIssuer {
  const document = readObject(data, KEY_DOCUMENT_MAX_BYTES);
  const did = document["id"];
  const methods = new Map(objects(document["verificationMethod"]).map(readMethod).map((key) => [key.method, key]));
  const named = (names: Json | undefined): TrustedKey[] =>
    strings(names).map((name) => methods.get(name) ?? refuse(`there is no key ${name}`));
  const asserting = named(document["assertionMethod"]);
  const by = (algorithm: TrustedKey["algorithm"]): Map<string, TrustedKey> =>
    new Map(asserting.filter((key) => key.algorithm === algorithm).map((key) => [key.method, key]));
  const [credentialKeys, documentKeys] = [by("Ed25519"), by("ES256")];
  const logs = objects(document["service"] ?? []).filter((service) => service["type"] === "TransparencyLog");
  const logKeys = logs.flatMap((service) => named(service["verificationMethod"]));
  const endpoint = logs.find((service) => "serviceEndpoint" in service)?.["serviceEndpoint"];
  const origin = endpoint === undefined ? undefined : String(endpoint).split("://").slice(1).join("://");
  const logCosigners = logs.flatMap((service) => strings(service["verifierKeys"] ?? []).map(readWitnessKey));
  const witnesses = policyOf(document, origin);
  if (typeof did !== "string" || [...methods.keys()].some((method) => method.split("#")[0] !== did)) refuse("its keys are not its own");
  if (credentialKeys.size === 0 || logKeys.length === 0 || logKeys.some((key) => key.algorithm !== "Ed25519"))
    refuse("it names no key that may sign certificates, or no log");
  return { did: String(did), credentialKeys, logKeys, documentKeys, logCosigners, witnesses };
}

export function trustIn(documents: Uint8Array[]): Trust {
  return new Map(documents.map(readTrust).map((issuer) => [issuer.did, issuer]));
}

/** Say whether checks of this centre's log need ML-DSA-44. */
export function usesMlDsa(issuer: TrustedIssuer): boolean {
  return [...issuer.logCosigners, ...issuer.witnesses.keys].some((key) => key.kind === ML_DSA_44_COSIGNATURE);
}

function readMethod(method: JsonObject): TrustedKey {
  const { id, type, publicKeyMultibase, publicKeyJwk } = method;
  const counts = {
    expires: moment(method["expires"]),
    revoked: moment(method["revoked"]),
    revokedFromLogIndex: index(method["revokedFromLogIndex"]),
    retiredFromLogIndex: index(method["retiredFromLogIndex"]),
  };
  if (typeof id !== "string") return refuse("a method has no name");
  if (type === "Multikey" && typeof publicKeyMultibase === "string")
    return { method: id, algorithm: "Ed25519", publicKey: readKey(publicKeyMultibase), chain: [], ...counts };
  if (type === "JsonWebKey" && isObject(publicKeyJwk)) {
    const chain = strings(publicKeyJwk["x5c"] ?? []).map(fromBase64);
    return { method: id, algorithm: "ES256", publicKey: readJwk(publicKeyJwk), chain, ...counts };
  }
  return refuse("a method is neither a Multikey nor a JsonWebKey");
}

/** The 65 bytes of a P-256 key: an uncompressed point. */
export function readJwk(jwk: JsonObject): Uint8Array {
  const { kty, crv, x, y } = jwk;
  const isRight = kty === "EC" && crv === "P-256" && !("d" in jwk) && typeof x === "string" && typeof y === "string";
  const point = isRight ? concatBytes(Uint8Array.of(4), fromBase64url(x), fromBase64url(y)) : new Uint8Array();
  return point.length === 65 ? point : refuse("not a P-256 key");
}

function index(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" && value >= 0 ? value : refuse("not the index of a leaf");
}

function moment(value: Json | undefined): number | undefined {
  return value === undefined || value === null ? undefined : readTimestamp(String(value));
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) && value.every(isObject) ? value.filter(isObject) : refuse("an array of objects was expected");
}

function strings(value: Json | undefined): string[] {
  const names = Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
  return Array.isArray(value) && names.length === value.length ? names : refuse("an array of names was expected");
}

function refuse(why: string): never {
  throw new RangeError(`not a key document that this verifier can use: ${why}`);
}
