// What a certificate of ours may say: a closed list of members, each with the form of its value. The same table as
// `certificates/profile.py`, in the same order: of several faults the first is the one that is told.

import { ASSURANCE_GENRE, isWord, RECORDS_GENRE, TOPICS } from "./assurance";
import type { Compact } from "./carriers/compact";
import { SUITES } from "./data_integrity";
import type { Code } from "./findings";
import { didWeb } from "./issuer";
import { isSerial } from "./serial";
import { ENTRIES_MAX, PURPOSES } from "./status_list";
import { canonicalText, isObject, type Json, type JsonObject } from "./strict_json";
import { readTimestamp } from "./timestamps";

export const CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2";
export const OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
export const OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";
const CONTEXT = [CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS];
const LIST_CONTEXT = [CREDENTIALS_V2];

const NAME_MAX_CHARS = 200;
const TEXT_MAX_CHARS = 4000;
const URL_MAX_CHARS = 500;
/** A national level, a standard, an occupation, and room. */
const ALIGNMENTS_MAX = 8;
/** The whole score and twenty parts. */
const PARTS_MAX = 21;
const LEVEL_CODE_MAX_CHARS = 40;
const ENCODED_LIST_MAX_CHARS = 700_000;

export interface Fault {
  code: Code;
  path: string;
}

type Check = (value: Json, path: string) => Fault[];

/** Find what breaks the profile in a credential with its proofs. The proofs themselves are not checked here. */
export function credentialFaults(credential: JsonObject): Fault[] {
  const { proof, ...unsigned } = credential;
  const faults = [...CREDENTIAL(unsigned, ""), ...proofFaults(proof, CONTEXT)];
  return faults.length > 0 ? faults : relationFaults(unsigned);
}

/** Find what breaks the profile in a credential that a token carries, which has no proofs in it. */
export function unsignedFaults(credential: JsonObject): Fault[] {
  const faults = CREDENTIAL(credential, "");
  return faults.length > 0 ? faults : relationFaults(credential);
}

/** Find what breaks the profile in the claims of a code. */
export function compactFaults(claims: Compact): Fault[] {
  return [
    ...ADDRESS(claims.issuerUrl, "issuer.url"),
    ...text(NAME_MAX_CHARS)(claims.holder, "identityHash"),
    ...ACHIEVEMENT_CODE(claims.achievementCode, "achievement.id"),
    ...text(NAME_MAX_CHARS)(claims.achievement, "achievement.name"),
    ...NUMBER(claims.points, "result.value"),
    ...NUMBER(claims.maximum, "valueMax"),
    ...NUMBER(claims.required, "requiredValue"),
    ...when(isIndex)(String(claims.statusIndex), "statusListIndex"),
    ...claims.levels.flatMap((level) => LEVEL_CODE(level, "targetCode")),
  ];
}

/** Find what breaks the profile in a status list with its proofs. */
export function statusListFaults(credential: JsonObject): Fault[] {
  const { proof, ...unsigned } = credential;
  return [...LIST(unsigned, ""), ...proofFaults(proof, LIST_CONTEXT)];
}

/** Find what breaks the profile in a status list that is signed from outside, as a JWT. */
export function unsignedListFaults(credential: JsonObject): Fault[] {
  return LIST(credential, "");
}

/** Members that must agree with each other: everything hangs on the issuer's address. */
function relationFaults(credential: JsonObject): Fault[] {
  const faults: Fault[] = [];
  const bad = (path: string): void => void faults.push({ code: "bad-value", path });
  const own = String(credential["id"]);
  const url = at(credential, "issuer", "url");
  const slash = own.lastIndexOf("/");
  if (own.slice(0, slash) !== `${url}/certificates` || !isSerial(own.slice(slash + 1))) bad("id");
  if (at(credential, "credentialSubject", "id") !== `${own}#holder`) bad("credentialSubject.id");
  const achievement = at(credential, "credentialSubject", "achievement", "id");
  const schemes = `${url}/schemes/`;
  if (!/^[A-Za-z0-9._~-]+$/.test(achievement.startsWith(schemes) ? achievement.slice(schemes.length) : achievement))
    bad("credentialSubject.achievement.id");
  if (didWeb(url) !== at(credential, "issuer", "id")) bad("issuer.id");
  faults.push(...partFaults(credential, achievement), ...evidenceFaults(own, credential["evidence"]));
  const list = at(credential, "credentialStatus", "statusListCredential");
  const entry = `${list}#${at(credential, "credentialStatus", "statusListIndex")}`;
  if (list !== `${url}/status/revocation` || at(credential, "credentialStatus", "id") !== entry) bad("credentialStatus");
  return faults;
}

/** The whole score first, then each part of the exam; every scale has its result, in the same order. */
function partFaults(credential: JsonObject, achievement: string): Fault[] {
  const faults: Fault[] = [];
  const address = (place: number): string => `${achievement}#${place > 0 ? `part-${place}` : "score"}`;
  const scales = listAt(credential, "credentialSubject", "achievement", "resultDescription");
  const results = listAt(credential, "credentialSubject", "result");
  for (const [place, scale] of scales.entries())
    if (at(scale, "id") !== address(place))
      faults.push({ code: "bad-value", path: `credentialSubject.achievement.resultDescription[${place}].id` });
  for (const [place, result] of results.entries())
    if (at(result, "resultDescription") !== address(place))
      faults.push({ code: "bad-value", path: `credentialSubject.result[${place}].resultDescription` });
  if (scales.length !== results.length) faults.push({ code: "bad-value", path: "credentialSubject.result" });
  return faults;
}

/** Each line of the label at most once, in its order, then the records; with words that the label has. */
function evidenceFaults(own: string, evidence: Json | undefined): Fault[] {
  const order = [...Object.keys(TOPICS).map((topic) => `${own}#${topic} ${ASSURANCE_GENRE}`), `${own}#${RECORDS_GENRE} ${RECORDS_GENRE}`];
  const faults: Fault[] = [];
  let last = -1;
  for (const [place, entry] of (Array.isArray(evidence) ? evidence : []).entries()) {
    const known = order.indexOf(`${at(entry, "id")} ${at(entry, "genre")}`);
    if (known <= last) return [...faults, { code: "bad-value", path: `evidence[${place}]` }];
    last = known;
    const topic = at(entry, "id").slice(own.length + 1);
    const word = at(entry, "narrative");
    const isRight = topic === RECORDS_GENRE ? /^[0-9a-f]{64}$/.test(word) : isWord(topic, word);
    if (!isRight) faults.push({ code: "bad-value", path: `evidence[${place}].narrative` });
  }
  return faults;
}

/** What stands at a place that the profile has seen. */
export function at(value: Json, ...path: (string | number)[]): string {
  return String(part(value, ...path));
}

export function part(value: Json, ...path: (string | number)[]): Json {
  let found: Json = value;
  for (const name of path) {
    const next: Json | undefined = Array.isArray(found) ? found[Number(name)] : isObject(found) ? found[name] : undefined;
    if (next === undefined) throw new Error(`no ${path.join(".")}`);
    found = next;
  }
  return found;
}

/** An array at a place; empty if there is none. */
export function listAt(value: Json, ...path: (string | number)[]): Json[] {
  const [last = ""] = path.slice(-1);
  const holder = part(value, ...path.slice(0, -1));
  const found = isObject(holder) ? holder[last] : undefined;
  return Array.isArray(found) ? found : [];
}

function proofFaults(proofs: Json | undefined, context: string[]): Fault[] {
  if (!Array.isArray(proofs) || proofs.length !== SUITES.length) return [{ code: "proof-missing", path: "proof" }];
  const faults: Fault[] = [];
  for (const [place, suite] of SUITES.entries()) {
    const proof = proofs[place];
    if (!isObject(proof) || proof["cryptosuite"] !== suite) return [...faults, { code: "proof-missing", path: `proof[${place}]` }];
    const required = { ...PROOF, cryptosuite: exactly(suite) };
    const whole = suite === "eddsa-jcs-2022" ? { ...required, "@context": contextOf(context) } : required;
    faults.push(...members(whole)(proof, `proof[${place}]`));
  }
  return faults;
}

function members(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  const known = new Map(Object.entries({ ...required, ...optional }));
  return (value, path) => {
    if (!isObject(value)) return [{ code: "bad-value", path }];
    const faults: Fault[] = [];
    for (const name of Object.keys(value)) if (!known.has(name)) faults.push({ code: "unknown-member", path: join(path, name) });
    for (const name of Object.keys(required)) if (!(name in value)) faults.push({ code: "missing-member", path: join(path, name) });
    for (const [name, check] of known) {
      const own = value[name];
      if (own !== undefined) faults.push(...check(own, join(path, name)));
    }
    return faults;
  };
}

function one(check: Check): Check {
  return (value, path) =>
    Array.isArray(value) && value.length === 1 && value[0] !== undefined ? check(value[0], `${path}[0]`) : [{ code: "bad-value", path }];
}

function several(check: Check, most: number): Check {
  return (value, path) =>
    Array.isArray(value) && value.length > 0 && value.length <= most
      ? value.flatMap((entry, place) => check(entry, `${path}[${place}]`))
      : [{ code: "bad-value", path }];
}

function when(holds: (value: Json) => boolean, code: Code = "bad-value"): Check {
  return (value, path) => (holds(value) ? [] : [{ code, path }]);
}

function exactly(expected: Json): Check {
  return when((value) => canonicalText(value) === canonicalText(expected));
}

function contextOf(expected: string[]): Check {
  return when((value) => canonicalText(value) === canonicalText(expected), "wrong-context");
}

function matching(form: RegExp, maxChars: number): Check {
  return when((value) => typeof value === "string" && value.length <= maxChars && form.test(value));
}

function text(maxChars: number): Check {
  return when((value) => typeof value === "string" && value !== "" && [...value].length <= maxChars && !HIDDEN.test(value));
}

function isTimestamp(value: Json): boolean {
  try {
    readTimestamp(typeof value === "string" ? value : "");
    return true;
  } catch {
    return false;
  }
}

function isIndex(value: Json): boolean {
  return typeof value === "string" && /^(?:0|[1-9][0-9]{0,7})$/.test(value) && Number(value) < ENTRIES_MAX;
}

function join(path: string, name: string): string {
  // A stranger chose the name: keep what is shown short and printable.
  const shown = [...name].slice(0, 80).join("").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return path ? `${path}.${shown}` : shown;
}

/**
 * Characters that could make a page show another name than is signed: controls, and turns of the direction. What is not assigned yet is
 * allowed: which characters those are depends on the Unicode of the browser.
 */
const HIDDEN =
  /[\p{Cc}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff]/u;

const ADDRESS = matching(/^https?:\/\/[!-~]+$/, URL_MAX_CHARS);
const DID = matching(/^did:web:[A-Za-z0-9.%:_-]+$/, URL_MAX_CHARS);
const NUMBER = matching(/^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?$/, 14);
const ACHIEVEMENT_CODE = matching(/^[A-Za-z0-9._~-]+$/, URL_MAX_CHARS);
const LEVEL_CODE = matching(/^[!-~](?:[ -~]*[!-~])?$/, LEVEL_CODE_MAX_CHARS);
const TIMESTAMP = when(isTimestamp);

const PROOF: Record<string, Check> = {
  type: exactly("DataIntegrityProof"),
  created: TIMESTAMP,
  verificationMethod: matching(/^did:web:[A-Za-z0-9.%:_-]+#[A-Za-z0-9._-]+$/, URL_MAX_CHARS),
  proofPurpose: exactly("assertionMethod"),
  proofValue: matching(/^z[1-9A-HJ-NP-Za-km-z]+$/, 100),
};

const ALIGNMENTS = several(
  members({
    type: exactly(["Alignment"]),
    targetFramework: text(NAME_MAX_CHARS),
    targetCode: LEVEL_CODE,
    targetName: text(NAME_MAX_CHARS),
    targetUrl: ADDRESS,
  }),
  ALIGNMENTS_MAX,
);

const EVIDENCE = several(
  members({
    id: ADDRESS,
    type: exactly(["Evidence"]),
    genre: text(NAME_MAX_CHARS),
    name: text(NAME_MAX_CHARS),
    narrative: text(NAME_MAX_CHARS),
    description: text(TEXT_MAX_CHARS),
  }),
  Object.keys(TOPICS).length + 1,
);

const ACHIEVEMENT = members({
  id: ADDRESS,
  type: exactly(["Achievement"]),
  achievementType: exactly("Certification"),
  name: text(NAME_MAX_CHARS),
  description: text(TEXT_MAX_CHARS),
  criteria: members({ narrative: text(TEXT_MAX_CHARS) }),
  inLanguage: matching(/^[a-z]{2,3}$/, 3),
  resultDescription: several(
    members({
      id: ADDRESS,
      type: exactly(["ResultDescription"]),
      name: text(NAME_MAX_CHARS),
      resultType: exactly("RawScore"),
      valueMin: NUMBER,
      valueMax: NUMBER,
      requiredValue: NUMBER,
    }),
    PARTS_MAX,
  ),
}, { alignment: ALIGNMENTS });

const SUBJECT = members({
  id: ADDRESS,
  type: exactly(["AchievementSubject"]),
  identifier: one(
    members({
      type: exactly("IdentityObject"),
      hashed: exactly(false),
      identityHash: text(NAME_MAX_CHARS),
      identityType: exactly("name"),
    }),
  ),
  achievement: ACHIEVEMENT,
  activityEndDate: TIMESTAMP,
  result: several(
    members({ type: exactly(["Result"]), resultDescription: ADDRESS, value: NUMBER }, { alignment: ALIGNMENTS }),
    PARTS_MAX,
  ),
});

const CREDENTIAL = members(
  {
    "@context": contextOf(CONTEXT),
    id: ADDRESS,
    type: exactly(["VerifiableCredential", "OpenBadgeCredential"]),
    name: text(NAME_MAX_CHARS),
    issuer: members({ id: DID, type: exactly(["Profile"]), name: text(NAME_MAX_CHARS), url: ADDRESS }),
    validFrom: TIMESTAMP,
    awardedDate: TIMESTAMP,
    credentialSubject: SUBJECT,
    credentialStatus: members({
      id: ADDRESS,
      type: exactly("BitstringStatusListEntry"),
      statusPurpose: exactly("revocation"),
      statusListIndex: when(isIndex),
      statusListCredential: ADDRESS,
    }),
  },
  { validUntil: TIMESTAMP, evidence: EVIDENCE },
);

const LIST = members({
  "@context": contextOf(LIST_CONTEXT),
  id: ADDRESS,
  type: exactly(["VerifiableCredential", "BitstringStatusListCredential"]),
  issuer: DID,
  validFrom: TIMESTAMP,
  validUntil: TIMESTAMP,
  credentialSubject: members({
    id: ADDRESS,
    type: exactly("BitstringStatusList"),
    statusPurpose: when((value) => PURPOSES.some((purpose) => purpose === value)),
    encodedList: matching(/^u[A-Za-z0-9_-]+$/, ENCODED_LIST_MAX_CHARS),
  }),
});
