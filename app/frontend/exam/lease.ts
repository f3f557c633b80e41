// One tab of one device writes at a time. It holds the session's lease; another takes it over openly, and then this one only reads.
//
// A tab is known by an id in its sessionStorage, which a reload keeps. Browsers copy that storage when a tab is duplicated: the copy
// finds the id locked by the first tab and makes its own. Tabs of one browser also talk to each other: who is about to lose the
// lease sends off what it has first, so that nothing of it has to be kept aside.

import { type Api, Problem } from "./api";
import type { Clock } from "./state";
import type { JournalStore } from "./store";

const TAB_KEY = "sarap:tab";
const LEASE_KEY = "sarap:lease:";

/** How long a reloaded page waits for its own last breath to let the tab's id go, before it takes itself for a duplicate. */
const TAB_FREE_WITHIN_MS = 1_000;
/** How long a tab that is asked to yield has for sending; it may be frozen, or its line dead. */
const YIELD_WITHIN_MS = 2_000;
const CLAIM_AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

export interface Holder {
  device: string;
  takenAt: string;
  lastSeenAt: string;
}

export type Standing =
  /** Not asked yet, or the server does not answer: what is typed is kept here. */
  | { kind: "asking"; problem: Problem | null }
  | { kind: "held" }
  | { kind: "elsewhere"; holder: Holder | null; lost: boolean }
  | { kind: "over" };

interface Word {
  kind: "yield" | "yielded" | "taken";
  from: string;
}

export interface LeaseOptions {
  api: Api;
  sessionId: string;
  /** Remembers the tab that wrote last: if it is gone, by a crash or because it was closed, the next one goes on as that tab. */
  store: JournalStore;
  /** The last nonce that the server said, of the whole page. */
  heard: { nonce: string };
  onStanding: (standing: Standing) => void;
  onClock: (clock: Clock) => void;
  /** Another tab of this browser is about to take over. */
  onYield: () => Promise<void>;
}

export class Lease {
  standing: Standing = { kind: "asking", problem: null };
  private failures = 0;
  private timer: number | undefined;
  private readonly channel: BroadcastChannel | null;

  private constructor(
    private readonly options: LeaseOptions,
    readonly tab: string,
  ) {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`sarap:${options.sessionId}`) : null;
    this.channel?.addEventListener("message", (event: MessageEvent<Word>) => this.hearTab(event.data));
  }

  static async begin(options: LeaseOptions): Promise<Lease> {
    return new Lease(options, await ownTab(options.sessionId, options.store));
  }

  /** The lease that saves are sent under. After a lost claim it is the last one that this tab had: the server keeps such saves aside. */
  get id(): string | null {
    return this.standing.kind === "asking" ? null : (sessionStorage.getItem(LEASE_KEY + this.options.sessionId) ?? this.tab);
  }

  /** Whether this very tab had the lease before it was reloaded. */
  get known(): boolean {
    return sessionStorage.getItem(LEASE_KEY + this.options.sessionId) !== null;
  }

  /** Ask for the lease, and go on asking while there is no answer. Returns what hindered it, null if the lease is ours. */
  async claim(takeOver = false): Promise<Problem | null> {
    clearTimeout(this.timer);
    if (takeOver) await this.askToYield();
    try {
      const granted = await this.options.api.claim(this.tab, device(), takeOver);
      this.failures = 0;
      sessionStorage.setItem(LEASE_KEY + this.options.sessionId, granted.lease);
      void this.options.store.rememberTab(this.options.sessionId, this.tab);
      this.options.heard.nonce = granted.nonce ?? this.options.heard.nonce;
      this.options.onClock(granted);
      if (takeOver) this.tell("taken");
      this.become({ kind: "held" });
      return null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "held-elsewhere") {
        const fact = (name: string): string => String(error.facts[name] ?? "");
        const holder = { device: fact("device"), takenAt: fact("taken_at"), lastSeenAt: fact("last_seen_at") };
        this.become({ kind: "elsewhere", holder, lost: false });
      } else if (error.code === "session-closed" || error.code === "session-not-started") {
        this.become({ kind: "over" });
      } else if (!takeOver) {
        const wait = CLAIM_AGAIN_MS[Math.min(this.failures, CLAIM_AGAIN_MS.length - 1)] ?? 0;
        this.failures += 1;
        this.become({ kind: "asking", problem: error });
        this.timer = setTimeout(() => void this.claim(), Math.max(wait * (0.5 + Math.random()), error.retryAfterSeconds * 1000));
      }
      return error;
    }
  }

  /** Ask whether this tab still has it. */
  async isHeld(): Promise<boolean> {
    if (this.standing.kind !== "held") return false;
    try {
      await this.options.api.claim(this.tab, device(), false);
      return true;
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }

  /** The line is back: a claim that waits is made now. */
  retry(): void {
    if (this.standing.kind === "asking") void this.claim();
  }

  /** What the server says of who holds it. `null` where nobody does. */
  hear(heldByTab: string | null | undefined): void {
    if (this.standing.kind === "held" && typeof heldByTab === "string" && heldByTab !== this.tab) this.lose();
  }

  /** A save was answered with "another tab has taken over". */
  lose(): void {
    if (this.standing.kind === "held") this.become({ kind: "elsewhere", holder: null, lost: true });
  }

  private become(standing: Standing): void {
    this.standing = standing;
    this.options.onStanding(standing);
  }

  private tell(kind: Word["kind"]): void {
    this.channel?.postMessage({ kind, from: this.tab } satisfies Word);
  }

  private hearTab(word: Word): void {
    if (word.from === this.tab || this.standing.kind !== "held") return;
    if (word.kind === "yield") void this.options.onYield().then(() => this.tell("yielded"));
    if (word.kind === "taken") this.lose();
  }

  private async askToYield(): Promise<void> {
    const channel = this.channel;
    if (channel === null) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(done, YIELD_WITHIN_MS);
      channel.addEventListener("message", function listen(event: MessageEvent<Word>) {
        if (event.data.kind !== "yielded") return;
        clearTimeout(timer);
        channel.removeEventListener("message", listen);
        done();
      });
      this.tell("yield");
    });
  }
}

/** This tab's id, locked while the tab is open. */
async function ownTab(sessionId: string, store: JournalStore): Promise<string> {
  const kept = sessionStorage.getItem(TAB_KEY);
  if (kept !== null && (await lock(kept, TAB_FREE_WITHIN_MS))) return kept;
  // A duplicate has copied the leases too; they are the first tab's.
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(LEASE_KEY)) sessionStorage.removeItem(key);
  const last = "locks" in navigator ? await store.lastTab(sessionId) : null;
  const tab = last !== null && (await lock(last, 0)) ? last : newId();
  sessionStorage.setItem(TAB_KEY, tab);
  if (tab !== last) await lock(tab, TAB_FREE_WITHIN_MS);
  return tab;
}

/** Whether the lock is ours now. Without locks (a page without HTTPS) the chain alone tells two tabs apart, which it does. */
async function lock(tab: string, withinMs: number): Promise<boolean> {
  if (!("locks" in navigator)) return true;
  const options: LockOptions = withinMs === 0 ? { ifAvailable: true } : { signal: AbortSignal.timeout(withinMs) };
  return await new Promise<boolean>((done) => {
    navigator.locks
      .request(`sarap:tab:${tab}`, options, (held) => {
        done(held !== null);
        return held === null ? undefined : new Promise(() => undefined); // kept until the page goes
      })
      .catch(() => done(false));
  });
}

/** A UUID, version 4; `crypto.randomUUID` is missing on pages without HTTPS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/Firefox\//, "Firefox"],
  [/OPR\//, "Opera"],
  [/YaBrowser\//, "Yandex Browser"],
  [/SEB/, "Safe Exam Browser"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** This device in words short enough to recognise it by: "Firefox, Windows". */
function device(): string {
  const named = (names: [RegExp, string][]): string => names.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] ?? "";
  return [named(BROWSERS), named(SYSTEMS)].filter(Boolean).join(", ") || "?";
}
