// A certificate as one line of text for programs: a JSON Web Token in the dialect of Open Badges 3.0, ES256
// (`certificates/carriers/jwt.py`).

import { fromBase64url, toBase64url, utf8 } from "../bytes";
import { Failed } from "../findings";
import { at } from "../profile";
import { canonical, canonicalText, isObject, readObject, type Json, type JsonObject } from "../strict_json";
import { readTimestamp, SECOND_MS } from "../timestamps";

/** Characters. A token has about 8,000. */
export const TOKEN_MAX_CHARS = 64 * 1024;

const REGISTERED = ["iss", "jti", "sub", "nbf", "exp"];

/** A token that was read. Nothing in it is believed before the signature was verified. */
export interface Token {
  credential: JsonObject;
  method: string;
  signed: Uint8Array;
  signature: Uint8Array;
}

export function isToken(text: string): boolean {
  return /^eyJ[A-Za-z0-9_-]*\./.test(text);
}

/** Read a token. Throws `Failed` for anything that a centre would not have written, byte for byte. */
export function readToken(text: string): Token {
  const form = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(text);
  if (form === null) throw new Failed("jwt-unreadable", "not three parts in base64url");
  const [, writtenHeader = "", writtenPayload = "", writtenSignature = ""] = form;
  const header = readObject(decode(writtenHeader));
  const payload = readObject(decode(writtenPayload));
  const signature = decode(writtenSignature);
  const method = header["kid"];
  if (typeof method !== "string" || canonicalText(header) !== canonicalText({ alg: "ES256", kid: method, typ: "JWT" }))
    throw new Failed("jwt-unreadable", "another header than ours");
  const credential = Object.create(null) as JsonObject;
  const claims = Object.create(null) as JsonObject;
  for (const [name, value] of Object.entries(payload)) (REGISTERED.includes(name) ? claims : credential)[name] = value;
  if (canonicalText(claims) !== canonicalText(claimsOf(credential)))
    throw new Failed("jwt-unreadable", "its claims are not those of the credential in it");
  if (toBase64url(canonical(header)) !== writtenHeader || toBase64url(canonical(payload)) !== writtenPayload)
    throw new Failed("jwt-unreadable", "not written as the centre writes it");
  if (signature.length !== 64) throw new Failed("jwt-unreadable", `a signature of ${signature.length} bytes`);
  return { credential, method, signed: utf8(`${writtenHeader}.${writtenPayload}`), signature };
}

function claimsOf(credential: JsonObject): JsonObject {
  try {
    const claims: JsonObject = {
      iss: typeof credential["issuer"] === "string" ? credential["issuer"] : whole(credential, "issuer", "id"), // a list names it
      jti: whole(credential, "id"),
      sub: whole(credential, "credentialSubject", "id"),
      nbf: seconds(credential, "validFrom"),
    };
    if ("validUntil" in credential) claims["exp"] = seconds(credential, "validUntil");
    return claims;
  } catch {
    throw new Failed("jwt-unreadable", "not the claims of a certificate");
  }
}

function whole(value: Json, ...path: string[]): Json {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const next = isObject(value) ? value[name] : undefined;
  if (next === undefined) throw new RangeError(`no ${name}`);
  return whole(next, ...rest);
}

function seconds(credential: JsonObject, name: string): number {
  return readTimestamp(at(credential, name)) / SECOND_MS;
}

function decode(text: string): Uint8Array {
  try {
    const data = fromBase64url(text);
    if (toBase64url(data) !== text) throw new RangeError("there is more than one way to write it");
    return data;
  } catch (error) {
    throw new Failed("jwt-unreadable", error instanceof Error ? error.message : "");
  }
}
