// The certificate file: `certificates/bundle.py` shows its form.

import { hexToBytes } from "../bytes";
import { Failed } from "../findings";
import { isObject, readObject, type JsonObject } from "../strict_json";

export const FORMAT = "sarap-certificate/1";
const FORMAT_FAMILY = "sarap-certificate/";
/** Lists. Two are needed; checking one costs some milliseconds, so a file cannot bring a hundred. */
const STATUS_LISTS_MAX = 4;
const PARTS = ["format", "credential", "log", "status"];

export interface Bundle {
  credential: JsonObject;
  salt: Uint8Array;
  logProof: string;
  status: JsonObject[];
}

export function readBundle(data: Uint8Array): Bundle {
  const document = readObject(data);
  if ("credentialSubject" in document) throw new Failed("bare-credential");
  const format = document["format"];
  if (typeof format !== "string") throw new Failed("not-a-certificate", "no format");
  if (format !== FORMAT) {
    if (format.startsWith(FORMAT_FAMILY)) throw new Failed("unknown-format", format.slice(0, 80));
    throw new Failed("not-a-certificate", "no format");
  }
  const unknown = Object.keys(document).find((name) => !PARTS.includes(name));
  if (unknown !== undefined) throw new Failed("not-a-certificate", `unknown member ${unknown.slice(0, 80)}`);
  const { credential, log, status } = document;
  if (isObject(credential) && isObject(log) && Array.isArray(status) && Object.keys(log).length === 2) {
    const { salt, proof } = log;
    const lists = status.filter(isObject);
    const isWhole = lists.length === status.length && lists.length <= STATUS_LISTS_MAX;
    if (typeof salt === "string" && /^[0-9a-f]{64}$/.test(salt) && typeof proof === "string" && isWhole)
      return { credential, salt: hexToBytes(salt), logProof: proof, status: lists };
  }
  throw new Failed("not-a-certificate", "a part is missing or has the wrong form");
}
