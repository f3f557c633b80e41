// The journal's chain: edits, what they do to a text, and the hashes that tie each to all before it. Pure: no page, no storage.
//
//     head 0 = SHA-256("sarap-journal-v1\n" + session + "\n" + position)
//     head n = SHA-256(head n-1, as 32 bytes + edit n, as it was sent)
//
// An edit is hashed byte for byte as it stands in the request, so that nobody has to agree on how JSON is written. The server does the
// same (`exams/sessions/`). Hashing is not left to the browser's own `crypto.subtle`: that answers later, which is too late for a page
// that is being closed, and is missing where a centre serves its rooms without HTTPS.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

import type { Change } from "./edits";

interface EditBase {
  /** 1, 2, 3 … within the item. */
  n: number;
  /** Milliseconds since this page was opened, by its steady clock. */
  at: number;
  /** What the device's own clock said. Evidence, and nothing counts on it. */
  wall: number;
  /** The last nonce that was heard from the server: this was written after that. */
  nonce: string;
  language: string;
  /** "" is the main file. */
  file: string;
}

export type Edit = EditBase & ({ changes: Change[] } | { whole: string } | { removed: true } | { chosen: true });

/** The files of a program: "" is the main one. */
export type Files = Map<string, string>;

/** An item as its edits leave it: the files in each language, and the language that was worked in last. */
export interface Work {
  language: string;
  texts: Map<string, Files>;
}

export function firstHead(sessionId: string, position: number): string {
  return bytesToHex(sha256(utf8ToBytes(`sarap-journal-v1\n${sessionId.toLowerCase()}\n${position}`)));
}

export function nextHead(head: string, edit: string): string {
  return bytesToHex(sha256(concatBytes(hexToBytes(head), utf8ToBytes(edit))));
}

/** What a hand-in and a save name their text by: the main text alone, or all files as canonical JSON (RFC 8785). */
export function draftHash(files: Files): string {
  const names = [...new Set(["", ...files.keys()])].sort();
  if (names.length === 1) return bytesToHex(sha256(utf8ToBytes(files.get("") ?? "")));
  const members = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(files.get(name) ?? "")}`);
  return bytesToHex(sha256(utf8ToBytes(`{${members.join(",")}}`)));
}

/** Do to `work` what an edit says. Throws `RangeError` if it does not fit. */
export function apply(work: Work, edit: Edit): void {
  work.language = edit.language;
  const files = work.texts.get(edit.language) ?? new Map<string, string>();
  if ("whole" in edit) files.set(edit.file, edit.whole);
  else if ("removed" in edit) files.delete(edit.file);
  else if ("changes" in edit) files.set(edit.file, changed(files.get(edit.file) ?? "", edit.changes));
  if (files.size > 0) work.texts.set(edit.language, files);
}

function changed(text: string, changes: readonly Change[]): string {
  let result = "";
  let place = 0;
  for (const [from, to, inserted] of changes) {
    if (from < place || to < from || to > text.length) throw new RangeError(`${from}-${to} is not in ${text.length}`);
    result += text.slice(place, from) + inserted;
    place = to;
  }
  return result + text.slice(place);
}

export function copyOf(work: Work): Work {
  return { language: work.language, texts: new Map([...work.texts].map(([language, files]) => [language, new Map(files)])) };
}

/** A text as it can be sent: halves of characters, which no UTF-8 can hold, become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
