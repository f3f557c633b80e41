// The journal of one item: what was typed becomes edits in a chain, kept on this computer within a second and sent within five, until
// the server acknowledges them. Nothing typed is dropped: what cannot be sent now is sent later, what no longer continues the
// server's chain is kept beside it, and what this page restored counts as unsent until the server has said otherwise.

import { type Api, KEEPALIVE_MAX_BYTES, Problem, type Save } from "./api";
import { type Edit, type Files, type Work, apply, copyOf, draftHash, firstHead, nextHead, wellFormed } from "./chain";
import { type Change, difference } from "./edits";
import type { Lease } from "./lease";
import type { Clock, Draft, HandedIn, Item, KeptAside, Saved } from "./state";
import type { Acknowledged, JournalStore, Line } from "./store";

/** A burst of typing becomes one edit when the keys rest for so long, and at the latest so long after its first key. */
const BURST_REST_MS = 300;
const BURST_MS = 1_000;
/** Sent after the last key, and at most this long after the first unsent one. */
const QUIET_MS = 2_000;
const LONGEST_MS = 5_000;
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Of one request: it must pass as the last breath of a page that is closed. A single edit may be longer. */
const BATCH_EDITS = 200;
const BATCH_BYTES = KEEPALIVE_MAX_BYTES - 4 * 1024;
/** A chain that the server calls broken is begun anew with the whole text; if that does not help, a person is told. */
const REBASES = 3;

export type SaveState =
  | { kind: "idle" }
  | { kind: "unsaved" }
  | { kind: "saving" }
  | { kind: "saved"; at: string }
  | { kind: "retrying"; problem: Problem }
  | { kind: "refused"; problem: Problem }
  | { kind: "conflict" }
  /** Another tab or device writes now. */
  | { kind: "elsewhere" }
  /** It came after the deadline, and waits for a person. */
  | { kind: "late" }
  | { kind: "closed" };

export interface JournalOptions {
  api: Api;
  sessionId: string;
  item: Item;
  store: JournalStore;
  lease: Lease;
  /** The last nonce that the server said, of the whole page. */
  heard: { nonce: string };
  onState: (state: SaveState) => void;
  onClock: (clock: Clock) => void;
}

/** What an edit does, without its place in the chain. */
type Act = { file: string } & ({ whole: string } | { changes: Change[] } | { removed: true } | { chosen: true });

export class ItemJournal {
  readonly position: number;
  state: SaveState = { kind: "idle" };
  private work: Work;
  private burst: { language: string; files: Files } | null = null;
  private burstSince: number | null = null;
  private burstTimer: number | undefined;
  private unsentSince: number | null = null;
  private timer: number | undefined;
  private sending: Promise<void> | null = null;
  private failures = 0;
  private rebases = 0;
  /** How many lines the request had whose answer never came: the very same one is sent again. */
  private asked = 0;
  /** How many lines the server has beside the chain: they came too late, or when another tab had taken over. */
  private beside = 0;
  /** Whether those came after the deadline: what follows continues them, and a credited minute takes all of them into the chain. */
  private late = false;
  /** What the server kept beside the chain for this page, until the candidate has chosen. */
  private asides: string[] = [];
  private readonly unwritten = new Set<Line>();
  private readonly passed = new Set<string>();

  private constructor(
    private readonly options: JournalOptions,
    private acknowledged: Acknowledged,
    private lines: Line[],
    /** Text that was typed here before this page was opened, and that the server has not acknowledged. */
    readonly restored: boolean,
  ) {
    this.position = options.item.position;
    this.work = copyOf(acknowledged.work);
    for (const line of lines) apply(this.work, JSON.parse(line.edit) as Edit);
    this.asked = Math.min(lines.length, BATCH_EDITS);
    if (lines.length > 0) this.unsentSince = performance.now();
    else if (acknowledged.savedAt !== null) this.state = { kind: "saved", at: acknowledged.savedAt };
  }

  /** Begin with what the server said and what this browser holds. A page that follows another tab's work holds nothing itself. */
  static async open(options: JournalOptions): Promise<ItemJournal> {
    const { item, sessionId, store } = options;
    const told = acknowledgedIn(sessionId, item);
    const kept = await store.load(sessionId, item.position);
    // A page that was opened without a line shows an old state; what was acknowledged since is known here.
    let base = kept.acknowledged !== null && kept.acknowledged.revision > told.revision ? kept.acknowledged : told;
    let lines = continuing(base, kept.lines);
    if (lines.length === 0 && kept.acknowledged !== null) {
      const own = continuing(kept.acknowledged, kept.lines);
      // Another text went on from where this one began: the server will say so and keep it, and the candidate chooses.
      if (own.length > 0 && !own.some((line) => line.head === base.head)) [base, lines] = [kept.acknowledged, own];
    }
    const journal = new ItemJournal(options, base, lines, lines.length > 0);
    if (base.n > 0 && !kept.lines.some((line) => line.head === base.head)) void store.begin(sessionId, item.position, base);
    void store.acknowledge(sessionId, item.position, base);
    return journal;
  }

  /** The language that was worked in last, "" if none was. */
  get language(): string {
    return this.burst?.language ?? this.work.language;
  }

  /** The files of a language as they stand here; undefined if nothing was written in it. */
  files(language: string): Files | undefined {
    return this.burst?.language === language ? this.burst.files : this.work.texts.get(language);
  }

  get languages(): string[] {
    return [...this.work.texts.keys()];
  }

  /** Edits that the server has not acknowledged. */
  get unsent(): number {
    return this.lines.length - this.beside + (this.burst === null ? 0 : 1);
  }

  get revision(): number {
    return this.acknowledged.revision;
  }

  get head(): string {
    return this.acknowledged.head;
  }

  get savedAt(): string | null {
    return this.acknowledged.savedAt;
  }

  /** Whether a head is one that this page's own text has passed. */
  knows(head: string): boolean {
    return this.acknowledged.head === head || this.passed.has(head) || this.lines.some((line) => line.head === head);
  }

  /** The files of a language are these now. */
  edited(language: string, files: ReadonlyMap<string, string>): void {
    if (this.burst !== null && this.burst.language !== language) this.settle();
    this.burst = { language, files: new Map([...files].map(([name, content]) => [name, wellFormed(content)])) };
    const now = performance.now();
    this.burstSince ??= now;
    this.unsentSince ??= now;
    clearTimeout(this.burstTimer);
    this.burstTimer = setTimeout(() => this.settle(), Math.max(0, Math.min(BURST_REST_MS, this.burstSince + BURST_MS - now)));
    if (this.state.kind === "conflict" || this.state.kind === "closed" || this.state.kind === "elsewhere") return;
    if (this.failures > 0) return; // the retry that is due takes the newest text along
    this.become({ kind: "unsaved" });
    this.schedule(Math.min(QUIET_MS, Math.max(0, this.unsentSince + LONGEST_MS - now)));
  }

  /** The candidate turned to a language in which something was written before. */
  chose(language: string): void {
    this.settle();
    const files = this.work.texts.get(language);
    if (files !== undefined && this.work.language !== language) this.edited(language, files);
  }

  /** Send now, if there is something to send. Returns when it is acknowledged or cannot be now. */
  async flush(): Promise<void> {
    this.settle();
    clearTimeout(this.timer);
    while (this.sending !== null) await this.sending;
    if (this.state.kind === "conflict" || this.state.kind === "closed" || this.options.lease.id === null) return;
    this.sending = this.deliver().finally(() => {
      this.sending = null;
    });
    await this.sending;
  }

  /** The page goes away: keep at once, and send without waiting. What does not arrive is sent by the next page. */
  flushAtExit(): void {
    this.settle();
    this.options.store.spare(this.options.sessionId, this.position, [...this.unwritten]);
    const lease = this.options.lease.id;
    if (this.lines.length <= this.beside || this.state.kind === "conflict" || this.state.kind === "closed" || lease === null) return;
    const { save } = this.request(lease);
    if (new Blob([JSON.stringify(save)]).size > KEEPALIVE_MAX_BYTES) return;
    void this.options.api.save(this.position, save, true).catch(() => undefined);
  }

  /** The line is back, or the lease is ours. */
  retry(): void {
    if (this.unsent > 0) void this.flush();
  }

  /** What the server says of the item now. Returns whether the text of this page changed by it. */
  hear(item: Item): boolean {
    if (item.revision <= this.acknowledged.revision || this.sending !== null) return false;
    if (this.hearHead(item.revision, item.head, item.drafts)) return false;
    if (this.unsent > 0 || this.lines.length > 0) return false; // the next save tells
    this.adopt(item);
    return true;
  }

  /** After a conflict: go on with this page's text on top of the server's, or with the server's. */
  resolve(item: Item, mine: boolean): void {
    this.settle();
    const wanted = copyOf(this.work);
    void this.dropLines();
    this.adopt(item);
    if (mine) this.write(wanted);
    for (const aside of this.asides) void this.options.api.takeAside(aside).catch(() => undefined);
    this.asides = [];
    this.state = { kind: "idle" };
    this.failures = 0;
    if (this.lines.length > 0) void this.flush();
    else this.become(this.savedAt === null ? { kind: "idle" } : { kind: "saved", at: this.savedAt });
  }

  /** A hand-in was acknowledged; the journal holds the same text. */
  handedIn(answer: HandedIn): void {
    const receipt = answer.receipt;
    if (receipt !== undefined) this.keepReceipt("handed_in", answer.revision, this.head, answer.now, receipt);
  }

  /** What a hand-in names: the acknowledged text, if nothing here is newer. */
  get handIn(): { revision: number; sha256: string } | null {
    if (this.unsent > 0 || this.revision === 0) return null;
    return { revision: this.revision, sha256: draftHash(filesOf(this.acknowledged.work)) };
  }

  /** Nothing is taken any more. */
  close(): void {
    this.settle();
    clearTimeout(this.timer);
    this.become({ kind: "closed" });
  }

  /** Another tab writes; what is unsent here was sent off first, to be kept beside. */
  yield(): void {
    clearTimeout(this.timer);
    this.become({ kind: "elsewhere" });
  }

  /** Another tab writes, and this one shows what the server has. What this browser holds unsent is that tab's matter. */
  follow(): void {
    clearTimeout(this.burstTimer);
    this.burst = this.burstSince = this.unsentSince = null;
    this.lines = [];
    this.asked = this.beside = 0;
    this.late = false;
    this.work = copyOf(this.acknowledged.work);
    this.yield();
  }

  private adopt(item: Item): void {
    this.acknowledged = acknowledgedIn(this.options.sessionId, item);
    this.work = copyOf(this.acknowledged.work);
    this.lines = [];
    this.asked = this.beside = 0;
    this.late = false;
    this.unsentSince = null;
    if (this.state.kind === "elsewhere") return; // the store is the other tab's, where they share one
    void this.options.store.begin(this.options.sessionId, this.position, this.acknowledged);
    void this.options.store.acknowledge(this.options.sessionId, this.position, this.acknowledged);
    if (this.savedAt !== null) this.become({ kind: "saved", at: this.savedAt });
  }

  /** Whether `head` is in this page's own chain: then the server has all up to there, although its answer was lost. */
  private hearHead(revision: number, head: string, drafts: readonly Draft[] = []): boolean {
    const place = this.lines.findIndex((line) => line.head === head);
    if (place < 0) return head === this.acknowledged.head;
    const savedAt = drafts.find((draft) => draft.revision === revision)?.saved_at ?? this.savedAt;
    this.acknowledge(place + 1, revision, savedAt ?? new Date().toISOString());
    return true;
  }

  /** Close the burst: it becomes edits, which are kept. */
  private settle(): void {
    const burst = this.burst;
    this.burst = this.burstSince = null;
    clearTimeout(this.burstTimer);
    if (burst !== null) this.writeFiles(burst.language, burst.files);
    if (this.lines.length <= this.beside) this.unsentSince = null;
  }

  private writeFiles(language: string, files: Files): void {
    const before = this.work.texts.get(language);
    const acts: Act[] = [];
    for (const [file, content] of files) {
      const old = before?.get(file);
      if (old === undefined) acts.push({ file, whole: content });
      else if (old !== content) acts.push({ file, changes: [difference(old, content)] });
    }
    for (const file of before?.keys() ?? []) if (file !== "" && !files.has(file)) acts.push({ file, removed: true });
    if (acts.length === 0 && this.work.language !== language) acts.push({ file: "", chosen: true });
    for (const act of acts) this.append(language, act);
  }

  private append(language: string, act: Act): void {
    const last = this.lines[this.lines.length - 1] ?? this.acknowledged;
    const { file, ...what } = act;
    const edit: Edit = {
      n: last.n + 1,
      at: Math.round(performance.now()),
      wall: Date.now(),
      nonce: this.options.heard.nonce,
      language,
      file,
      ...what,
    };
    const written = JSON.stringify(edit);
    const line: Line = { n: edit.n, head: nextHead(last.head, written), edit: written };
    apply(this.work, edit);
    this.lines.push(line);
    this.unsentSince ??= performance.now();
    this.keep(line);
  }

  private keep(line: Line): void {
    const { sessionId, store } = this.options;
    this.unwritten.add(line);
    if (store.durability !== "database") store.spare(sessionId, this.position, [...this.unwritten]);
    void store.add(sessionId, this.position, line).then((written) => {
      if (written) this.unwritten.delete(line);
      else store.spare(sessionId, this.position, [...this.unwritten]);
    });
  }

  /** Begin the unsent part anew: whole texts on top of what is acknowledged. The old lines stay in the history. */
  private rebase(): void {
    const wanted = copyOf(this.work);
    void this.dropLines();
    this.work = copyOf(this.acknowledged.work);
    this.write(wanted);
  }

  private write(wanted: Work): void {
    for (const [language, files] of wanted.texts) {
      const before = this.work.texts.get(language);
      for (const [file, content] of files) if (before?.get(file) !== content) this.append(language, { file, whole: content });
      for (const file of before?.keys() ?? []) if (file !== "" && !files.has(file)) this.append(language, { file, removed: true });
    }
    if (wanted.language !== "" && this.work.language !== wanted.language) this.append(wanted.language, { file: "", chosen: true });
  }

  private dropLines(): Promise<void> {
    const heads = new Set(this.lines.map((line) => line.head));
    for (const line of this.lines) this.unwritten.delete(line);
    this.lines = [];
    this.asked = this.beside = 0;
    this.late = false;
    return this.options.store.setAside(this.options.sessionId, this.position, heads);
  }

  private async deliver(): Promise<void> {
    while (this.lines.length > this.beside) {
      const lease = this.options.lease.id;
      if (lease === null || !(await this.send(lease))) return;
    }
  }

  /** Send the next lines. Returns whether more may be sent now. */
  private async send(lease: string): Promise<boolean> {
    const { save, count, work } = this.request(lease);
    if (this.failures === 0) this.become({ kind: "saving" });
    this.asked = count;
    try {
      const answer = await this.options.api.save(this.position, save);
      this.asked = this.failures = 0;
      this.options.heard.nonce = answer.nonce ?? this.options.heard.nonce;
      this.options.onClock(answer);
      return "kept" in answer ? await this.keptAside(answer, count) : this.saved(answer, count, work);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return await this.failed(error);
    }
  }

  /** The next save, and up to which line it goes. */
  private request(lease: string): { save: Save; count: number; work: Work } {
    const begin = this.late ? this.beside : 0;
    let count = this.asked;
    if (count <= begin) {
      let bytes = 0;
      for (count = begin; count < this.lines.length; count += 1) {
        bytes += 3 * (this.lines[count]?.edit.length ?? 0);
        if (count > begin && (count - begin >= BATCH_EDITS || bytes > BATCH_BYTES)) break;
      }
    }
    const work = copyOf(this.acknowledged.work);
    for (const line of this.lines.slice(0, count)) apply(work, JSON.parse(line.edit) as Edit);
    const save: Save = {
      lease,
      base_revision: this.acknowledged.revision,
      base_head: this.lines[begin - 1]?.head ?? this.acknowledged.head,
      edits: this.lines.slice(begin, count).map((line) => line.edit),
      head: this.lines[count - 1]?.head ?? this.acknowledged.head,
      sha256: draftHash(filesOf(work)),
    };
    return { save, count, work };
  }

  /** The clock has time again, by a credit: what came too late goes into the chain now. */
  reopen(): void {
    if (!this.late) return;
    this.late = false;
    this.beside = 0;
    void this.flush();
  }

  private saved(answer: Saved, count: number, work: Work): boolean {
    this.rebases = 0;
    this.keepReceipt("saved", answer.revision, answer.head, answer.saved_at, answer.receipt);
    this.acknowledge(count, answer.revision, answer.saved_at, work);
    return true;
  }

  private acknowledge(count: number, revision: number, savedAt: string, reached?: Work): void {
    const last = this.lines[count - 1];
    if (last === undefined) return;
    let work = reached;
    if (work === undefined) {
      work = copyOf(this.acknowledged.work);
      for (const line of this.lines.slice(0, count)) apply(work, JSON.parse(line.edit) as Edit);
    }
    const { sessionId, store } = this.options;
    for (const line of this.lines.slice(0, count)) {
      this.unwritten.delete(line);
      this.passed.add(line.head);
    }
    this.acknowledged = { revision, head: last.head, n: last.n, savedAt, work };
    this.lines = this.lines.slice(count);
    this.asked = this.beside = 0;
    this.late = false;
    void store.acknowledge(sessionId, this.position, this.acknowledged);
    store.spare(sessionId, this.position, [...this.unwritten]);
    if (this.unsent === 0) {
      this.unsentSince = null;
      if (this.state.kind !== "elsewhere") this.become({ kind: "saved", at: savedAt });
    } else {
      // More was typed meanwhile.
      this.unsentSince = performance.now();
      this.become({ kind: "unsaved" });
      this.schedule(QUIET_MS);
    }
  }

  private async keptAside(answer: KeptAside, count: number): Promise<boolean> {
    this.keepReceipt("aside", answer.revision, this.lines[count - 1]?.head ?? "", answer.now, answer.receipt);
    const { aside_id } = answer.kept;
    let { reason } = answer.kept;
    // The very text may stand beside the chain since before this page had the lease: then it is another text that is in its way.
    if (reason === "lease" && (await this.options.lease.isHeld())) reason = "stale";
    switch (reason) {
      case "stale":
        if (this.hearHead(answer.revision, answer.head)) {
          // It was in the chain already, only its answer was lost.
          void this.options.api.takeAside(aside_id).catch(() => undefined);
          return true;
        }
        this.asides.push(aside_id);
        this.become({ kind: "conflict" });
        return false;
      case "lease":
        this.beside = count;
        this.options.lease.lose();
        this.become({ kind: "elsewhere" });
        return false;
      case "late":
        this.beside = count;
        this.late = true;
        this.become({ kind: "late" });
        return true;
    }
  }

  /** Returns whether it is worth going on at once. */
  private async failed(problem: Problem): Promise<boolean> {
    if (problem.passing) {
      const delay = BACK_OFF_MS[Math.min(this.failures, BACK_OFF_MS.length - 1)] ?? LONGEST_MS;
      this.failures += 1;
      this.become({ kind: "retrying", problem });
      // Half to one and a half of it: a room full of pages must not come back in the same instant.
      this.schedule(Math.max(delay * (0.5 + Math.random()), problem.retryAfterSeconds * 1000));
      return false;
    }
    this.asked = this.failures = 0;
    if (problem.code === "session-closed") {
      this.become({ kind: "closed" });
      return false;
    }
    if (problem.code === "broken-chain" && this.rebases < REBASES) {
      this.rebases += 1;
      const hindrance = await this.beginAnew();
      return hindrance === null ? true : await this.failed(hindrance);
    }
    // This very text cannot be saved (too long, for example); another one may, and goes without the way there.
    this.rebase();
    this.become({ kind: "refused", problem });
    return false;
  }

  /** The server does not know this chain: its whole text goes on top of what the server has. Returns what hindered that. */
  private async beginAnew(): Promise<Problem | null> {
    try {
      const item = (await this.options.api.state()).items.find((one) => one.position === this.position);
      if (item === undefined) return new Problem(409, "session-closed", "", 0);
      if (this.lines.some((line) => line.head === item.head)) {
        this.hearHead(item.revision, item.head, item.drafts);
        return null;
      }
      const wanted = copyOf(this.work);
      void this.dropLines();
      this.adopt(item);
      this.write(wanted);
      return null;
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }

  private keepReceipt(kind: "saved" | "aside" | "handed_in", revision: number, head: string, savedAt: string, receipt: string): void {
    const { sessionId, store } = this.options;
    void store.addReceipt({ sessionId, position: this.position, revision, head, kind, savedAt, receipt });
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }

  private become(state: SaveState): void {
    this.state = state;
    this.options.onState(state);
  }
}

function filesOf(work: Work): Files {
  return work.texts.get(work.language) ?? new Map<string, string>();
}

/** The part of `lines` that continues `base`. Where a chain was begun anew, the later line counts. */
function continuing(base: Acknowledged, lines: readonly Line[]): Line[] {
  const byNumber = new Map<number, Line[]>();
  for (const line of lines) byNumber.set(line.n, [line, ...(byNumber.get(line.n) ?? [])]);
  const found: Line[] = [];
  for (let head = base.head, n = base.n + 1; ; n += 1) {
    const before = head;
    const line = byNumber.get(n)?.find((one) => nextHead(before, one.edit) === one.head);
    if (line === undefined) return found;
    found.push(line);
    head = line.head;
  }
}

/** The draft of the language that was worked in last: a save that turned from one language to another left both with its revision. */
export function newestDraft(item: Item): Draft | undefined {
  return item.drafts.filter((draft) => draft.revision === item.revision).pop();
}

function acknowledgedIn(sessionId: string, item: Item): Acknowledged {
  const newest = newestDraft(item);
  const texts = item.drafts.map((draft): [string, Files] => [
    draft.language,
    new Map([["", draft.source], ...Object.entries(draft.files ?? {})]),
  ]);
  return {
    revision: item.revision,
    head: item.head === "" ? firstHead(sessionId, item.position) : item.head,
    n: item.edits,
    savedAt: newest?.saved_at ?? null,
    work: { language: newest?.language ?? "", texts: new Map(texts) },
  };
}
