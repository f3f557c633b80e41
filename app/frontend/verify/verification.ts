// How a stranger checks a certificate: the nine steps of `certificates/verification.py`, with the same findings, in the visitor's own
// browser. No request is made from here. Every carrier is taken: what it is follows from its bytes.
//
//     1. read          the file is a bundle: size, encoding, JSON without doubles, all parts there
//     2. profile       exact contexts, only known members, each with a possible value
//     3. issuer        a pinned centre, two proofs in their order, keys that count
//     4. first proof   eddsa-rdfc-2022: the meaning
//     5. second proof  eddsa-jcs-2022: every byte
//     6. log           the entry made from this certificate is in the log of that centre
//     7. period        validFrom and validUntil
//     8. status        both status lists are that centre's, and neither marks this certificate
//     9. freshness     the lists speak for the present

import { readBundle, type Bundle } from "./carriers/bundle";
import { asciiOf, carrierOf, type Carrier } from "./carriers/carrier";
import { utf8 } from "./bytes";
import { compactClaims } from "./carriers/compact";
import { isToken, readToken, TOKEN_MAX_CHARS, type Token } from "./carriers/jwt";
import { readPdf, sealedBy, type Pdf } from "./carriers/pdf";
import { readCode } from "./carriers/qr";
import { fitsItsEntry, holderSigned, isWhole, readSdJwt } from "./carriers/sd_jwt";
import { proofHolds, SUITES, type Suite } from "./data_integrity";
import { Failed, STEPS, type Authentic, type Code, type Freshness, type Status, type Step } from "./findings";
import { logOrigin } from "./issuer";
import { checkpointIsSigned, readCheckpoint } from "./log/checkpoint";
import { cosignedBy, hasFalseLine } from "./log/cosignature";
import { bindingOf, issueEntry } from "./log/entry";
import { readNote } from "./log/note";
import { proves, readProof, splitExtra, writeProof } from "./log/proof";
import { at, compactFaults, credentialFaults, statusListFaults, unsignedFaults, unsignedListFaults, type Fault } from "./profile";
import { summaryOf, summaryOfCompact, type Checked, type Report, type Summary } from "./report";
import { decodeList, isMarked, NEEDED, NUMBER_BITS, reasonAt, type Purpose } from "./status_list";
import { verifyEd25519, verifyP256 } from "./signatures";
import { canonical, readObject, type JsonObject } from "./strict_json";
import { readTimestamp, writeTimestamp } from "./timestamps";
import { CLOCK_SKEW_MS, countingLogKeys, refusalOf, type Trust, type TrustedIssuer, type TrustedKey } from "./trust";

interface StatusList {
  bits: Uint8Array;
  validFrom: number;
  validUntil: number;
}
type Lists = Map<Purpose, StatusList>;

class Stopped extends Error {}

/** What the steps up to the log have shown, and where the status is found. */
interface Shown {
  certificate: Summary;
  issuer: TrustedIssuer;
  statusIndex: number;
  /** The lists that came with it; undefined: this carrier brings none. */
  lists: JsonObject[] | undefined;
}

/**
 * Check the certificate `data`, in whatever carrier, against the pinned keys at the time `now` (milliseconds).
 *
 * `newerLists` are status lists that were got otherwise; for each purpose the newest list counts. `logProof` is the proof of the log
 * entry as a file of its own, for a carrier that has none or whose own counts no more. Never throws for what is in the file.
 */
export async function verify(
  data: Uint8Array,
  trust: Trust,
  now: number,
  newerLists: Uint8Array[] = [],
  logProof: Uint8Array = new Uint8Array(),
): Promise<Report> {
  const book = new Book(now, carrierOf(data));
  try {
    const shown = await new Check(book, trust, now, logProof).upToTheLog(data);
    book.certificate = shown.certificate;
    await checkStanding(book, shown, newerLists, now);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return book.report();
}

/** Steps 1 to 6, for each kind of carrier. */
class Check {
  constructor(
    private readonly book: Book,
    private readonly trust: Trust,
    private readonly now: number,
    private readonly logProof: Uint8Array,
  ) {}

  upToTheLog(data: Uint8Array): Promise<Shown> {
    if (this.book.carrier === "bundle") return this.bundle(data);
    if (this.book.carrier === "pdf") return this.pdf(data);
    if (this.book.carrier === "sd-jwt") return this.held(data);
    return this.book.carrier === "jwt" ? this.token(data) : this.code(data);
  }

  /** A PDF is the file attached to it, and step 5 asks for the seal over every byte as well. */
  private async pdf(data: Uint8Array): Promise<Shown> {
    const pdf = await this.book.must("read", () => readPdf(data));
    return this.bundle(pdf.bundle, pdf);
  }

  private async bundle(data: Uint8Array, pdf?: Pdf): Promise<Shown> {
    const { book, trust, now } = this;
    // 1. read
    const bundle = await book.must("read", () => readBundle(data));
    const { credential, salt, logProof, status } = bundle;
    // 2. profile
    await book.must("profile", () => refuse(credentialFaults(credential)));
    const certificate = summaryOf(credential);
    // 3. issuer
    const issuer = await book.must("issuer", () => trustedIssuer(bundle, certificate.issuerId, trust, now));
    // 4. first proof
    await book.must("first-proof", () => checkProof(credential, "eddsa-rdfc-2022", issuer, "rdfc-proof-invalid"));
    // 5. second proof
    await book.must("second-proof", () => checkProof(credential, "eddsa-jcs-2022", issuer, "jcs-proof-invalid"));
    if (pdf !== undefined) await book.must("second-proof", () => checkSeal(pdf, certificate, issuer, now));
    // 6. log
    const entry = entryOf(unsigned(credential), salt);
    await book.must("log", () => this.logCarried(logProof, entry, certificate, issuer));
    return { certificate, issuer, statusIndex: statusIndexOf(credential), lists: status };
  }

  private async token(data: Uint8Array): Promise<Shown> {
    const { book } = this;
    // 1. read
    const token = await book.must("read", () => readToken(textOf(data)));
    // 2. profile
    await book.must("profile", () => refuse(unsignedFaults(token.credential)));
    const certificate = summaryOf(token.credential);
    // 3. issuer
    const issuer = await book.must("issuer", () => pinned(certificate.issuerId, this.trust));
    const key = await book.must("issuer", () => 
      keyOf(issuer.documentKeys, token.method, readTimestamp(certificate.awardedAt), this.now, leafBeside(this.logProof)),
    );
    // 4. first proof
    book.unshown("first-proof", "one-signature");
    // 5. second proof: the token's own signature covers every byte
    await book.must("second-proof", async () => hold(await verifyP256(key.publicKey, token.signature, token.signed), key));
    // 6. log
    await this.logBeside((salt) => entryOf(token.credential, salt), certificate, issuer);
    return { certificate, issuer, statusIndex: statusIndexOf(token.credential), lists: undefined };
  }

  private async held(data: Uint8Array): Promise<Shown> {
    const { book } = this;
    // 1. read
    const held = await book.must("read", () => readSdJwt(textOf(data)));
    // 2. profile
    await book.must("profile", () => refuse(compactFaults(held.claims)));
    const certificate = summaryOfCompact(held.claims);
    // What the holder kept to himself is empty.
    if (!held.shown.has("name")) certificate.holder = "";
    if (!held.shown.has("score")) Object.assign(certificate, { score: "", maximum: "", required: "" });
    // 3. issuer
    const issuer = await book.must("issuer", () => pinned(certificate.issuerId, this.trust));
    // Whoever stole a key could name any entry: where it was logged counts only if all is shown that makes the entry.
    const leaf = isWhole(held) ? leafBeside(held.logProof === undefined ? this.logProof : utf8(held.logProof)) : undefined;
    const key = await book.must("issuer", () => keyOf(issuer.documentKeys, held.method, held.claims.awardedAt, this.now, leaf));
    // The entry says nothing of the holder's key: a thief could have put in his own.
    if (held.keyBinding !== "")
      await book.must("issuer", () => keyOf(issuer.documentKeys, held.method, held.claims.awardedAt, this.now, undefined));
    // 4. first proof
    book.unshown("first-proof", "one-signature");
    // 5. second proof: the issuer's signature covers every byte that is shown, and the holder's what he shows
    await book.must("second-proof", async () =>
      hold((await verifyP256(key.publicKey, held.signature, held.signed)) && (await holderSigned(held)), key),
    );
    // 6. log
    if (!fitsItsEntry(held)) await book.must("log", () => refuseEntry(held.entry));
    const { logProof } = held;
    if (logProof === undefined) await this.logBeside(() => held.entry, certificate, issuer);
    else await book.must("log", () => this.logCarried(logProof, held.entry, certificate, issuer));
    return { certificate, issuer, statusIndex: held.claims.statusIndex, lists: undefined };
  }

  private async code(data: Uint8Array): Promise<Shown> {
    const { book } = this;
    // 1. read
    const { signed, proof } = await book.must("read", () => readCode(textOf(data)));
    // 2. profile
    await book.must("profile", () => refuse(compactFaults(signed.claims)));
    const certificate = summaryOfCompact(signed.claims);
    // 3. issuer
    const issuer = await book.must("issuer", () => pinned(certificate.issuerId, this.trust));
    const leaf = proof === undefined ? leafBeside(this.logProof) : proof.index;
    const key = await book.must("issuer", () => keyOf(issuer.credentialKeys, signed.method, signed.claims.awardedAt, this.now, leaf));
    // 4. first proof
    book.unshown("first-proof", "one-signature");
    // 5. second proof: the code's own signature covers every byte
    await book.must("second-proof", async () => hold(await verifyEd25519(key.publicKey, signed.signature, signed.signed), key));
    // 6. log
    const entry = issueEntry(`${certificate.issuerUrl}/certificates/${certificate.serial}`, signed.compact, signed.binding);
    if (proof === undefined) await this.logBeside(() => entry, certificate, issuer);
    else await book.must("log", () => this.logCarried(writeProof(proof), entry, certificate, issuer));
    return { certificate, issuer, statusIndex: signed.claims.statusIndex, lists: undefined };
  }

  /**
   * The proof that a carrier brings, or else a newer one that was given beside it: sealed pages keep the proof of their day. What
   * never was a right proof has no other beside it: of a carrier that was changed nothing is passed over.
   */
  private async logCarried(written: string, entry: Uint8Array, certificate: Summary, issuer: TrustedIssuer): Promise<void> {
    try {
      await checkLog(written, entry, certificate, issuer, this.now);
    } catch (error) {
      const countsNoMore = error instanceof Failed && (error.finding === "log-unknown" || error.finding === "witnesses-too-few");
      // The same place: it is by this one that step 3 has judged the keys.
      if (!countsNoMore || leafBeside(this.logProof) !== claimedLeaf(written)) throw error;
      const logKeys = issuer.logKeys.map((key) => ({ ...key, revoked: undefined }));
      const witnesses = { ...issuer.witnesses, quorum: 0 };
      await checkLog(written, entry, certificate, { ...issuer, logKeys, witnesses }, this.now);
      await checkLog(splitExtra(decoded(this.logProof)).proof, entry, certificate, issuer, this.now);
    }
  }

  private async logBeside(entry: (salt: Uint8Array) => Uint8Array, certificate: Summary, issuer: TrustedIssuer): Promise<void> {
    if (this.logProof.length === 0) {
      this.book.unshown("log", "log-not-shown");
      return;
    }
    const { proof, extra } = await this.book.must("log", () =>
      unreadableIs("log-proof-unreadable", () => splitExtra(decoded(this.logProof))),
    );
    await this.book.must("log", () => checkLog(proof, entry(extra), certificate, issuer, this.now));
  }
}

function refuseEntry(entry: Uint8Array): never {
  throw new Failed("log-other-entry", new TextDecoder().decode(entry));
}

async function checkStanding(book: Book, shown: Shown, newerLists: Uint8Array[], now: number): Promise<void> {
  // 7. period
  await book.may("period", () => checkPeriod(shown.certificate, now));
  if (shown.lists === undefined && newerLists.length === 0) {
    book.unshown("status", "status-not-shown");
    return;
  }
  // 8. status
  const lists = await book.must("status", () => statusLists(shown, newerLists, now));
  const messages = lists.get("message");
  lists.delete("message");
  if (messages !== undefined) book.reason = reasonAt(messages.bits, shown.statusIndex);
  book.lists = lists;
  await book.may("status", () => checkMarks(shown.statusIndex, lists));
  // 9. freshness
  await book.may("freshness", () => checkFreshness(lists, now));
}

function textOf(data: Uint8Array): string {
  if (data.length > TOKEN_MAX_CHARS) throw new Failed("file-too-large", `${data.length} bytes, at most ${TOKEN_MAX_CHARS}`);
  return asciiOf(data).replace(/[\r\n]+$/, ""); // an editor or a pipe ends a line of text
}

function hold(holds: boolean, key: TrustedKey): void {
  if (!holds) throw new Failed("signature-invalid", key.method);
}

function entryOf(credential: JsonObject, salt: Uint8Array): Uint8Array {
  return issueEntry(at(credential, "id"), compactClaims(credential), bindingOf(salt, canonical(credential)));
}

function statusIndexOf(credential: JsonObject): number {
  return Number(at(credential, "credentialStatus", "statusListIndex"));
}

function refuse(faults: Fault[]): void {
  const [first] = faults;
  if (first !== undefined) throw new Failed(first.code, faults.slice(0, 5).map(writeFault).join("; "));
}

function writeFault(fault: Fault): string {
  return fault.path ? `${fault.code} at ${fault.path}` : fault.code;
}

function trustedIssuer(bundle: Bundle, did: string, trust: Trust, now: number): TrustedIssuer {
  const issuer = pinned(did, trust);
  for (const proof of proofsOf(bundle.credential)) checkKey(proof, issuer, now, claimedLeaf(bundle.logProof));
  return issuer;
}

/** Where in the log the certificate says it is. Step 6 checks that, so that a lie here helps nobody. */
function claimedLeaf(logProof: string): bigint | undefined {
  try {
    return readProof(logProof).index;
  } catch {
    return undefined;
  }
}

function leafBeside(logProof: Uint8Array): bigint | undefined {
  try {
    return readProof(splitExtra(decoded(logProof)).proof).index;
  } catch {
    return undefined;
  }
}

function decoded(data: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
}

function pinned(did: string, trust: Trust): TrustedIssuer {
  const issuer = trust.get(did);
  if (issuer === undefined) throw new Failed("issuer-unknown", did);
  return issuer;
}

function checkKey(proof: JsonObject, issuer: TrustedIssuer, now: number, leafIndex: bigint | undefined): void {
  keyOf(issuer.credentialKeys, String(proof["verificationMethod"]), readTimestamp(String(proof["created"])), now, leafIndex);
}

/** Which key, and whether it counts for a signature of that time over something at that place in the log. */
function keyOf(keys: Map<string, TrustedKey>, method: string, created: number, now: number, leafIndex: bigint | undefined): TrustedKey {
  const key = keys.get(method);
  if (key === undefined) throw new Failed("key-unknown", method);
  const refusal = refusalOf(key, created, now, leafIndex);
  if (refusal !== undefined) throw new Failed(refusal, refusal === "signed-in-future" ? writeTimestamp(created) : method);
  return key;
}

/** The seal covers every byte of the PDF, and a document key of the centre made it that counts. */
async function checkSeal(pdf: Pdf, certificate: Summary, issuer: TrustedIssuer, now: number): Promise<void> {
  const key = await sealedBy(pdf, [...issuer.documentKeys.values()]);
  if (key === undefined) throw new Failed("seal-other", issuer.did);
  // The log knows the certificate and not its pages: whoever stole the key can seal other pages around an old one.
  keyOf(issuer.documentKeys, key.method, readTimestamp(certificate.awardedAt), now, undefined);
}

async function checkProof(document: JsonObject, suite: Suite, issuer: TrustedIssuer, finding: Code, detail?: string): Promise<void> {
  const proof = proofsOf(document)[SUITES.indexOf(suite)];
  const key = issuer.credentialKeys.get(String(proof?.["verificationMethod"]));
  const holds = proof !== undefined && key !== undefined && (await proofHolds(unsigned(document), proof, suite, key.publicKey));
  if (!holds) throw new Failed(finding, detail ?? key?.method);
}

async function checkLog(written: string, entry: Uint8Array, certificate: Summary, issuer: TrustedIssuer, now: number): Promise<void> {
  const { proof, checkpoint } = unreadableIs("log-proof-unreadable", () => {
    const read = readProof(written);
    return { proof: read, checkpoint: readCheckpoint(read.checkpoint) };
  });
  const keys = countingLogKeys(issuer, now).map((key) => key.publicKey);
  const signed = await checkpointIsSigned(proof.checkpoint, logOrigin(certificate.issuerUrl), keys);
  if (!signed) throw new Failed("log-unknown", checkpoint.origin.slice(0, 100));
  const note = readNote(proof.checkpoint);
  if (await hasFalseLine(note, issuer.logCosigners)) throw new Failed("log-unknown", `${checkpoint.origin.slice(0, 100)}: ML-DSA-44`);
  if (!proves(proof, entry, checkpoint.size, checkpoint.root)) throw new Failed("log-other-entry", `leaf ${proof.index}`);
  const { witnesses } = issuer;
  if (witnesses.quorum === 0 || proof.index < witnesses.since) return;
  const names = await cosignedBy(note, witnesses);
  if (names.length < witnesses.quorum)
    throw new Failed("witnesses-too-few", `${names.join(", ") || "none"}; ${witnesses.quorum} are wanted`);
}

function checkPeriod(certificate: Summary, now: number): void {
  if (readTimestamp(certificate.awardedAt) > now + CLOCK_SKEW_MS) throw new Failed("not-yet-valid");
  if (certificate.validUntil !== null && readTimestamp(certificate.validUntil) <= now) throw new Failed("expired");
}

/** The newest list of each purpose. Every list that was given must be right: a forged one is never just passed over. */
async function statusLists(shown: Shown, newerLists: Uint8Array[], now: number): Promise<Lists> {
  const newest: Lists = new Map();
  const withdrawn = new Set<Purpose>();
  const add = async (source: JsonObject | Token): Promise<void> => {
    const [purpose, found] = await statusList(source, shown.certificate.issuerUrl, shown.issuer, now);
    const best = newest.get(purpose);
    if (found === undefined) withdrawn.add(purpose); // whoever stole the key can have made it: it says nothing, and another may
    else if (best === undefined || found.validFrom > best.validFrom) newest.set(purpose, found);
  };
  for (const document of shown.lists ?? []) await add(document);
  for (const data of newerLists) await add(readList(data));
  for (const purpose of NEEDED)
    if (!newest.has(purpose)) throw new Failed(withdrawn.has(purpose) ? "status-list-key-revoked" : "status-list-missing", purpose);
  return newest;
}

/** A list as it is published: with its two proofs, or as a JWT. */
function readList(data: Uint8Array): JsonObject | Token {
  try {
    const text = asciiOf(data).trim();
    return isToken(text) ? readToken(text) : readObject(data);
  } catch (error) {
    throw new Failed("status-list-unreadable", String(error));
  }
}

/** Read a list and check it; nothing in its place if the key that signed it was withdrawn since. */
async function statusList(
  source: JsonObject | Token,
  issuerUrl: string,
  issuer: TrustedIssuer,
  now: number,
): Promise<[Purpose, StatusList | undefined]> {
  const token = isTokenRead(source) ? source : undefined;
  const document = isTokenRead(source) ? source.credential : source;
  const [fault] = token === undefined ? statusListFaults(document) : unsignedListFaults(document);
  if (fault !== undefined) throw new Failed("status-list-unreadable", writeFault(fault));
  const purpose = at(document, "credentialSubject", "statusPurpose") as Purpose; // the profile has seen that it is one
  if (document["issuer"] !== issuer.did || document["id"] !== `${issuerUrl}/status/${purpose}`)
    throw new Failed("status-list-other", String(document["id"]));
  const validFrom = readTimestamp(at(document, "validFrom"));
  try {
    if (token === undefined) await checkListSigned(document, purpose, issuer, now);
    else await checkTokenSigned(token, purpose, validFrom, issuer, now);
  } catch (error) {
    if (error instanceof Failed && error.finding === "key-revoked") return [purpose, undefined];
    throw error;
  }
  let bits: Uint8Array;
  try {
    bits = await decodeList(at(document, "credentialSubject", "encodedList"), purpose === "message" ? NUMBER_BITS : 1);
  } catch (error) {
    throw new Failed("status-list-unreadable", error instanceof Error ? error.message : "");
  }
  return [purpose, { bits, validFrom, validUntil: readTimestamp(at(document, "validUntil")) }];
}

function isTokenRead(source: JsonObject | Token): source is Token {
  return source["signed"] instanceof Uint8Array;
}

/** A list stands in no log, so that no leaf can tell a list from before the theft of a key. */
async function checkListSigned(document: JsonObject, purpose: Purpose, issuer: TrustedIssuer, now: number): Promise<void> {
  for (const proof of proofsOf(document)) checkKey(proof, issuer, now, undefined);
  for (const suite of SUITES) await checkProof(document, suite, issuer, "status-list-forged", purpose);
}

async function checkTokenSigned(token: Token, purpose: Purpose, begins: number, issuer: TrustedIssuer, now: number): Promise<void> {
  const key = keyOf(issuer.documentKeys, token.method, begins, now, undefined);
  if (!(await verifyP256(key.publicKey, token.signature, token.signed))) throw new Failed("status-list-forged", `${purpose}: JWT`);
}

function checkMarks(index: number, lists: Lists): void {
  const marks: [Purpose, Code][] = [
    ["revocation", "revoked"],
    ["suspension", "suspended"],
  ];
  for (const [purpose, finding] of marks) {
    const bits = lists.get(purpose)?.bits ?? new Uint8Array();
    const marked = unreadableIs("status-list-too-short", () => isMarked(bits, index), purpose);
    if (marked) throw new Failed(finding);
  }
}

function checkFreshness(lists: Lists, now: number): void {
  const all = [...lists.values()];
  if (all.some((list) => list.validFrom > now + CLOCK_SKEW_MS)) throw new Failed("status-from-future");
  if (all.some((list) => list.validUntil <= now)) throw new Failed("status-stale");
}

function unsigned(document: JsonObject): JsonObject {
  const { proof: _, ...rest } = document;
  return rest;
}

/** The profile has seen that these are two objects. */
function proofsOf(document: JsonObject): JsonObject[] {
  return document["proof"] as JsonObject[];
}

function unreadableIs<Value>(finding: Code, read: () => Value, detail?: string): Value {
  try {
    return read();
  } catch (error) {
    throw new Failed(finding, detail ?? (error instanceof Error ? error.message : ""));
  }
}

const STATUS_OF: Partial<Record<Code, Status>> = {
  expired: "expired",
  "not-yet-valid": "not-yet-valid",
  suspended: "suspended",
  revoked: "revoked",
};

/** Takes down what each step found, and draws the three answers from that. */
class Book {
  private readonly checked = new Map<Step, Checked>();
  certificate: Summary | null = null;
  lists: Lists = new Map();
  reason: string | null = null;

  constructor(
    private readonly now: number,
    readonly carrier: Carrier,
  ) {}

  /** Do a step without which the next ones mean nothing. */
  async must<Value>(step: Step, check: () => Value | Promise<Value>): Promise<Value> {
    try {
      const value = await check();
      this.checked.set(step, { number: numberOf(step), step, outcome: "passed" });
      return value;
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      this.checked.set(step, { number: numberOf(step), step, outcome: "failed", finding: error.finding, detail: error.detail });
      throw new Stopped();
    }
  }

  /** Do a step after which the others still tell something. */
  async may(step: Step, check: () => void | Promise<void>): Promise<void> {
    try {
      await this.must(step, check);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }

  /** Leave out a step that this carrier cannot show, and say why. */
  unshown(step: Step, finding: Code): void {
    this.checked.set(step, { number: numberOf(step), step, outcome: "not-checked", finding });
  }

  /** Sum up. A step that was not reached is not checked. */
  report(): Report {
    const steps = STEPS.map((step): Checked => this.checked.get(step) ?? { number: numberOf(step), step, outcome: "not-checked" });
    const [authentic, status, freshness] = [this.authentic(), this.status(), this.freshness()];
    const lists = [...this.lists.values()];
    return {
      carrier: this.carrier,
      verified: authentic === "authentic" && status === "good" && freshness === "fresh",
      authentic,
      status,
      freshness,
      checkedAt: writeTimestamp(this.now),
      statusAsOf: lists.length === 0 ? null : writeTimestamp(Math.min(...lists.map((list) => list.validFrom))),
      statusUntil: lists.length === 0 ? null : writeTimestamp(Math.min(...lists.map((list) => list.validUntil))),
      reason: status === "revoked" || status === "suspended" ? this.reason : null,
      failure: steps.find((checked) => checked.outcome === "failed") ?? null,
      steps,
      certificate: this.certificate,
    };
  }

  private authentic(): Authentic {
    if (this.certificate !== null) return this.checked.get("log")?.outcome === "passed" ? "authentic" : "signed";
    const failed = [...this.checked.values()].find((checked) => checked.outcome === "failed");
    return failed?.step === "read" || failed?.finding === "issuer-unknown" ? "not-checked" : "not-authentic";
  }

  private status(): Status {
    // The heavier finding is the answer: a certificate that is both expired and revoked is revoked.
    const reached = [this.checked.get("status"), this.checked.get("period")];
    for (const checked of reached) {
      const answer = checked?.finding === undefined ? undefined : STATUS_OF[checked.finding];
      if (answer !== undefined) return answer;
    }
    return reached.every((checked) => checked?.outcome === "passed") ? "good" : "not-checked";
  }

  private freshness(): Freshness {
    const checked = this.checked.get("freshness");
    if (checked === undefined || checked.finding === "status-from-future") return "not-checked";
    return checked.outcome === "passed" ? "fresh" : "stale";
  }
}

function numberOf(step: Step): number {
  return STEPS.indexOf(step) + 1;
}
