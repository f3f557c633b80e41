// Saving: what was typed reaches the server's journal, or the page says that it has not.
//
// A text is "saved" only when the server has acknowledged it. Until then it also stands in this browser's storage, from where it is
// taken up after a reload. A save says on which revision it is based; if another window was faster, nothing is overwritten: the
// page shows both texts and asks.

import { type Api, KEEPALIVE_MAX_BYTES, Problem, type Program } from "./api";
import type { Clock } from "./state";

/** After the last key, and at most this long after the first unsaved one. */
const QUIET_MS = 2_000;
const LONGEST_MS = 5_000;
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

export type SaveState =
  | { kind: "idle" }
  | { kind: "unsaved" }
  | { kind: "saving" }
  | { kind: "saved"; at: string }
  | { kind: "retrying"; problem: Problem }
  | { kind: "refused"; problem: Problem }
  | { kind: "conflict" }
  | { kind: "closed" };

interface Kept extends Program {
  base_revision: number;
}

export interface SaverOptions {
  api: Api;
  sessionId: string;
  position: number;
  revision: number;
  /** What the editor holds now. */
  current: () => Program;
  onState: (state: SaveState) => void;
  onClock: (clock: Clock) => void;
}

export class Saver {
  private state: SaveState = { kind: "idle" };
  private base: number;
  private dirtySince: number | null = null;
  private timer: number | undefined;
  private sending: Promise<void> | null = null;
  private failures = 0;
  private readonly key: string;

  constructor(private readonly options: SaverOptions) {
    this.base = options.revision;
    this.key = `sarap:draft:${options.sessionId}:${options.position}`;
  }

  /** What this browser still holds from before a reload, if it was never acknowledged. */
  kept(): Kept | null {
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "null") as Kept | null;
      return found !== null && typeof found.source === "string" && typeof found.language === "string" ? found : null;
    } catch {
      return null;
    }
  }

  get revision(): number {
    return this.base;
  }

  get unsaved(): boolean {
    return this.dirtySince !== null;
  }

  /** The candidate typed, or took up a text in another language. */
  edited(): void {
    const now = performance.now();
    this.dirtySince ??= now;
    this.keep();
    if (this.state.kind === "conflict" || this.state.kind === "closed") return;
    if (this.failures > 0) return; // the retry that is due takes the newest text along
    this.become({ kind: "unsaved" });
    this.schedule(Math.min(QUIET_MS, Math.max(0, this.dirtySince + LONGEST_MS - now)));
  }

  /** Save now, if there is something to save. Returns when this text is acknowledged or cannot be now. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.sending !== null) await this.sending;
    if (this.dirtySince === null || this.state.kind === "conflict" || this.state.kind === "closed") return;
    this.sending = this.send().finally(() => {
      this.sending = null;
    });
    await this.sending;
  }

  /** The page goes away: send without waiting. If that does not arrive, the text is still in this browser. */
  flushAtExit(): void {
    if (this.dirtySince === null || this.state.kind === "conflict" || this.state.kind === "closed") return;
    const program = this.options.current();
    if (new Blob([JSON.stringify(program)]).size > KEEPALIVE_MAX_BYTES) return;
    void this.options.api.save(this.options.position, program, this.base, true).catch(() => undefined);
  }

  /** The line is back. */
  retry(): void {
    if (this.state.kind === "retrying") void this.flush();
  }

  /** A hand-in was acknowledged; the journal holds the same text. */
  handedIn(program: Program, revision: number, at: string): void {
    this.acknowledge(program, revision, at);
  }

  /** The candidate chose after a conflict: from here on this page continues `revision`. */
  resolve(revision: number, changed: boolean): void {
    this.base = revision;
    this.failures = 0;
    this.dirtySince = changed ? performance.now() : null;
    this.become({ kind: changed ? "unsaved" : "idle" });
    if (changed) void this.flush();
    else this.forget();
  }

  /** Nothing is taken any more. */
  close(): void {
    clearTimeout(this.timer);
    this.become({ kind: "closed" });
  }

  conflict(): void {
    clearTimeout(this.timer);
    this.become({ kind: "conflict" });
  }

  private async send(): Promise<void> {
    const program = this.options.current();
    this.become({ kind: "saving" });
    try {
      const saved = await this.options.api.save(this.options.position, program, this.base);
      this.options.onClock(saved);
      this.failures = 0;
      this.acknowledge(program, saved.revision, saved.saved_at);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.failed(error);
    }
  }

  private acknowledge(program: Program, revision: number, at: string): void {
    this.base = revision;
    const now = this.options.current();
    if (now.language === program.language && now.source === program.source) {
      this.dirtySince = null;
      this.forget();
      this.become({ kind: "saved", at });
    } else {
      // More was typed meanwhile.
      this.dirtySince = performance.now();
      this.keep();
      this.become({ kind: "unsaved" });
      this.schedule(QUIET_MS);
    }
  }

  private failed(problem: Problem): void {
    if (problem.code === "stale-revision") {
      this.conflict();
    } else if (problem.code === "session-closed") {
      this.close();
    } else if (problem.passing) {
      const delay = BACK_OFF_MS[Math.min(this.failures, BACK_OFF_MS.length - 1)] ?? LONGEST_MS;
      this.failures += 1;
      this.become({ kind: "retrying", problem });
      this.schedule(Math.max(delay, problem.retryAfterSeconds * 1000));
    } else {
      // This very text cannot be saved (too long, for example); another one may.
      this.become({ kind: "refused", problem });
    }
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }

  private become(state: SaveState): void {
    this.state = state;
    this.options.onState(state);
  }

  private keep(): void {
    try {
      localStorage.setItem(this.key, JSON.stringify({ ...this.options.current(), base_revision: this.base } satisfies Kept));
    } catch {
      // Storage is full or forbidden: the text lives in the page until the server has it.
    }
  }

  private forget(): void {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // As above.
    }
  }
}
