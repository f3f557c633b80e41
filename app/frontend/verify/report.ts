// The outcome of a check: every step with what it found, three separate answers, and what the certificate says.

import { ASSURANCE_GENRE, RECORDS_GENRE } from "./assurance";
import type { Carrier } from "./carriers/carrier";
import type { Compact } from "./carriers/compact";
import type { Authentic, Code, Freshness, Status, Step } from "./findings";
import { didWeb } from "./issuer";
import { at, listAt, part } from "./profile";
import type { Json, JsonObject } from "./strict_json";
import { readTimestamp, writeTimestamp } from "./timestamps";

export type Outcome = "passed" | "failed" | "not-checked";

export interface Checked {
  number: number;
  step: Step;
  outcome: Outcome;
  finding?: Code;
  detail?: string;
}

/** What a certificate says, for people. */
export interface Summary {
  serial: string;
  holder: string;
  achievement: string;
  score: string;
  maximum: string;
  required: string;
  satAt: string;
  awardedAt: string;
  validUntil: string | null;
  issuer: string;
  issuerId: string;
  issuerUrl: string;
  /** Of a code, which has no room for more, only the `code` of each is known. */
  alignments: Alignment[];
  competences: { name: string; score: string; maximum: string; alignments: Alignment[] }[];
  /** Words of the assurance label, by topic. */
  assurance: [string, string][];
  recordsRoot: string | null;
}

export interface Alignment {
  framework: string;
  code: string;
  name: string;
  url: string;
}

export interface Report {
  carrier: Carrier;
  verified: boolean;
  authentic: Authentic;
  status: Status;
  freshness: Freshness;
  checkedAt: string;
  statusAsOf: string | null;
  statusUntil: string | null;
  /** Why it is revoked or suspended, if the centre publishes that. */
  reason: string | null;
  failure: Checked | null;
  steps: Checked[];
  certificate: Summary | null;
}

/** Read out what a credential says. It must have passed the profile. */
export function summaryOf(credential: JsonObject): Summary {
  const subject = credential["credentialSubject"] ?? null;
  const until = credential["validUntil"];
  const evidence = listAt(credential, "evidence");
  const records = evidence.find((entry) => at(entry, "genre") === RECORDS_GENRE);
  return {
    serial: at(credential, "id").slice(at(credential, "id").lastIndexOf("/") + 1),
    holder: at(subject, "identifier", 0, "identityHash"),
    achievement: at(subject, "achievement", "name"),
    score: at(subject, "result", 0, "value"),
    maximum: at(subject, "achievement", "resultDescription", 0, "valueMax"),
    required: at(subject, "achievement", "resultDescription", 0, "requiredValue"),
    satAt: at(subject, "activityEndDate"),
    awardedAt: at(credential, "validFrom"),
    validUntil: until === undefined ? null : writeTimestamp(readTimestamp(String(until))),
    issuer: at(credential, "issuer", "name"),
    issuerId: at(credential, "issuer", "id"),
    issuerUrl: at(credential, "issuer", "url"),
    alignments: alignmentsOf(part(subject, "achievement")),
    competences: listAt(subject, "result")
      .slice(1)
      .map((result, place) => ({
        name: at(subject, "achievement", "resultDescription", place + 1, "name"),
        score: at(result, "value"),
        maximum: at(subject, "achievement", "resultDescription", place + 1, "valueMax"),
        alignments: alignmentsOf(result),
      })),
    assurance: evidence
      .filter((entry) => at(entry, "genre") === ASSURANCE_GENRE)
      .map((entry) => [at(entry, "id").slice(at(entry, "id").lastIndexOf("#") + 1), at(entry, "narrative")]),
    recordsRoot: records === undefined ? null : at(records, "narrative"),
  };
}

function alignmentsOf(holder: Json): Alignment[] {
  return listAt(holder, "alignment").map((entry) => ({
    framework: at(entry, "targetFramework"),
    code: at(entry, "targetCode"),
    name: at(entry, "targetName"),
    url: at(entry, "targetUrl"),
  }));
}

/** Read out what a code says. The centre is known by its address alone. */
export function summaryOfCompact(claims: Compact): Summary {
  return {
    serial: claims.serial,
    holder: claims.holder,
    achievement: claims.achievement,
    score: claims.points,
    maximum: claims.maximum,
    required: claims.required,
    satAt: writeTimestamp(claims.satAt),
    awardedAt: writeTimestamp(claims.awardedAt),
    validUntil: claims.validUntil === undefined ? null : writeTimestamp(claims.validUntil),
    issuer: claims.issuerUrl.slice(claims.issuerUrl.indexOf("://") + 3),
    issuerId: didWeb(claims.issuerUrl) ?? "",
    issuerUrl: claims.issuerUrl,
    alignments: claims.levels.map((code) => ({ framework: "", code, name: "", url: "" })),
    competences: [],
    assurance: [],
    recordsRoot: null,
  };
}
