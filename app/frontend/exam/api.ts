// Calls to the server. Every answer is JSON or a problem (RFC 9457); no answer at all is a problem with the status 0.

import type { Aside, Granted, HandedIn, KeptAside, SampleRun, Saved, Session } from "./state";

const REQUEST_TIMEOUT_MS = 15_000;

/** Browsers refuse to send more than 64 KiB after a page is gone (Fetch, "keepalive"); the rest of it is headroom for JSON. */
export const KEEPALIVE_MAX_BYTES = 60 * 1024;

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfterSeconds: number,
    readonly title = "",
    readonly next = "",
    /** The other members of the problem: `revision`, `device` … */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${status} ${code}`);
  }

  /** Whether the same call may well succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 401 || this.status === 429 || this.status >= 500;
  }
}

export interface Program {
  language: string;
  source: string;
  /** Further files by name. */
  files: Record<string, string>;
}

/** Edits that continue `base_head`; `head` is where they lead, `sha256` what the text is then. */
export interface Save {
  lease: string;
  base_revision: number;
  base_head: string;
  edits: string[];
  head: string;
  sha256: string;
}

/** A revision as the server keeps it: the edits as they were sent, and when they were acknowledged. */
export interface ServedRevision {
  revision: number;
  saved_at: string;
  edits: string[];
}

export class Api {
  constructor(private readonly sessionId: string) {}

  state(): Promise<Session> {
    return call<Session>("GET", `/api/sessions/${this.sessionId}`);
  }

  claim(tab: string, device: string, takeOver: boolean): Promise<Granted> {
    return call<Granted>("POST", `/api/sessions/${this.sessionId}/lease`, { tab, device, take_over: takeOver });
  }

  save(position: number, save: Save, keepalive = false): Promise<Saved | KeptAside> {
    return call<Saved | KeptAside>("POST", this.item(position, "journal"), save, keepalive);
  }

  /** What the server's journal holds after a revision: a part of it, if there is `more`. */
  revisions(position: number, after: number): Promise<{ revisions: ServedRevision[]; more: boolean }> {
    return call("GET", this.item(position, `journal?after=${after}`));
  }

  /** What was kept beside the chain. */
  async asides(): Promise<Aside[]> {
    return (await call<{ asides: Aside[] }>("GET", `/api/sessions/${this.sessionId}/asides`)).asides;
  }

  /** The candidate has seen it, and taken it or not. */
  async takeAside(asideId: string): Promise<void> {
    await call<unknown>("POST", `/api/sessions/${this.sessionId}/asides/${asideId}/taken`);
  }

  submit(position: number, lease: string, revision: number, sha256: string): Promise<HandedIn> {
    return call<HandedIn>("POST", this.item(position, "submissions"), { lease, revision, sha256 });
  }

  /** Run on the samples, or on `input`, one's own. */
  runSamples(position: number, program: Program, input: string | null = null): Promise<SampleRun> {
    return call<SampleRun>("POST", this.item(position, "sample-runs"), { ...program, input });
  }

  reportTranslation(position: number, locale: string, words: string): Promise<unknown> {
    return call<unknown>("POST", this.item(position, "translation-reports"), { locale, words });
  }

  sampleRun(position: number, sampleRunId: string): Promise<SampleRun> {
    return call<SampleRun>("GET", this.item(position, `sample-runs/${sampleRunId}`));
  }

  private item(position: number, what: string): string {
    return `/api/sessions/${this.sessionId}/items/${position}/${what}`;
  }
}

export async function call<Answer>(method: string, path: string, body?: unknown, keepalive = false): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  let answer: Record<string, unknown>;
  try {
    response = await fetch(path, {
      method,
      headers,
      keepalive,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    answer = response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
  } catch {
    throw new Problem(0, "unreachable", "", 0);
  }
  if (response.ok) return answer as Answer;
  const retryAfter = Number(response.headers.get("Retry-After") ?? 0);
  const words = (name: string): string => String(answer[name] ?? "");
  throw new Problem(response.status, words("code"), words("detail"), retryAfter, words("title"), words("next"), answer);
}
