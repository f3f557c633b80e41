// What a certificate says, short enough for a code on paper (`certificates/carriers/compact.py` shows the map).

import { readCbor, writeCbor, type Cbor } from "../cbor";
import { at, part } from "../profile";
import { serialBits, serialOf } from "../serial";
import { isObject, type JsonObject } from "../strict_json";
import { readTimestamp, SECOND_MS } from "../timestamps";

/** Bytes. With more than this the second code would not fit into the largest QR code. */
const COMPACT_MAX_BYTES = 1024;
const [ISSUER, UNTIL, FROM, NUMBER, OWN] = [1, 4, 5, 7, -65537];
const [HOLDER, CODE, NAME, SCORE, SAT, PLACE, LEVELS] = [1, 2, 3, 4, 5, 6, 7];
/** The last second of the year 9999: what a timestamp can write. */
const SECONDS_MAX = 253_402_300_799;

export interface Compact {
  issuerUrl: string;
  serial: string;
  holder: string;
  achievementCode: string;
  achievement: string;
  points: string;
  maximum: string;
  required: string;
  /** Milliseconds, as every moment here. */
  satAt: number;
  awardedAt: number;
  validUntil: number | undefined;
  statusIndex: number;
  levels: string[];
}

/** The claims of a credential that has passed the profile. */
export function compactClaims(credential: JsonObject): Uint8Array {
  const subject = part(credential, "credentialSubject");
  const achievement = part(subject, "achievement");
  const alignment = isObject(achievement) && Array.isArray(achievement["alignment"]) ? achievement["alignment"] : [];
  return writeCompact({
    issuerUrl: at(credential, "issuer", "url"),
    serial: afterSlash(at(credential, "id")),
    holder: at(subject, "identifier", 0, "identityHash"),
    achievementCode: afterSlash(at(achievement, "id")),
    achievement: at(achievement, "name"),
    points: at(subject, "result", 0, "value"),
    maximum: at(achievement, "resultDescription", 0, "valueMax"),
    required: at(achievement, "resultDescription", 0, "requiredValue"),
    satAt: readTimestamp(at(subject, "activityEndDate")),
    awardedAt: readTimestamp(at(credential, "validFrom")),
    validUntil: "validUntil" in credential ? readTimestamp(at(credential, "validUntil")) : undefined,
    statusIndex: Number(at(credential, "credentialStatus", "statusListIndex")),
    levels: alignment.flatMap((entry) => (isObject(entry) && "targetCode" in entry ? [at(entry, "targetCode")] : [])),
  });
}

function afterSlash(address: string): string {
  return address.slice(address.lastIndexOf("/") + 1);
}

export function writeCompact(claims: Compact): Uint8Array {
  const own = new Map<number, Cbor>([
    [HOLDER, claims.holder],
    [CODE, claims.achievementCode],
    [NAME, claims.achievement],
    [SCORE, [claims.points, claims.maximum, claims.required]],
    [SAT, claims.satAt / SECOND_MS],
    [PLACE, claims.statusIndex],
  ]);
  if (claims.levels.length > 0) own.set(LEVELS, claims.levels);
  const written = new Map<number, Cbor>([
    [ISSUER, claims.issuerUrl],
    [FROM, claims.awardedAt / SECOND_MS],
    [NUMBER, serialBits(claims.serial)],
    [OWN, own],
  ]);
  if (claims.validUntil !== undefined) written.set(UNTIL, claims.validUntil / SECOND_MS);
  return writeCbor(written);
}

/** Read claims. Throws for anything that `writeCompact` would not have written, byte for byte. */
export function readCompact(data: Uint8Array): Compact {
  if (data.length > COMPACT_MAX_BYTES) throw new RangeError(`${data.length} bytes`);
  const claims = map(readCbor(data));
  const own = map(claims.get(OWN));
  const [points, maximum, required, more] = texts(own.get(SCORE));
  const number = claims.get(NUMBER);
  if (points === undefined || maximum === undefined || required === undefined || more !== undefined || !(number instanceof Uint8Array))
    throw new RangeError("not the claims of a certificate");
  const read = {
    issuerUrl: text(claims.get(ISSUER)),
    serial: serialOf(number),
    holder: text(own.get(HOLDER)),
    achievementCode: text(own.get(CODE)),
    achievement: text(own.get(NAME)),
    points,
    maximum,
    required,
    satAt: moment(own.get(SAT)),
    awardedAt: moment(claims.get(FROM)),
    validUntil: claims.has(UNTIL) ? moment(claims.get(UNTIL)) : undefined,
    statusIndex: wholeNumber(own.get(PLACE)),
    levels: own.has(LEVELS) ? texts(own.get(LEVELS)) : [],
  };
  const written = writeCompact(read);
  if (written.length !== data.length || written.some((byte, place) => byte !== data[place]))
    throw new RangeError("there is more than one way to write them");
  return read;
}

export function map(value: Cbor | undefined): Map<number, Cbor> {
  if (!(value instanceof Map)) throw new RangeError("a map was expected");
  return value;
}

function text(value: Cbor | undefined): string {
  if (typeof value !== "string") throw new RangeError("a text was expected");
  return value;
}

function texts(value: Cbor | undefined): string[] {
  if (!Array.isArray(value)) throw new RangeError("an array was expected");
  return value.map(text);
}

function wholeNumber(value: Cbor | undefined): number {
  if (typeof value !== "number" || value < 0) throw new RangeError("a whole number was expected");
  return value;
}

function moment(value: Cbor | undefined): number {
  const seconds = wholeNumber(value);
  if (seconds > SECONDS_MAX) throw new RangeError("a moment after the year 9999");
  return seconds * SECOND_MS;
}
