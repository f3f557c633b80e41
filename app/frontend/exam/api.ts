// Calls to the server. Every answer is JSON or a problem (RFC 9457); no answer at all is a problem with the status 0.

import type { HandedIn, SampleRun, Saved, Session } from "./state";

const REQUEST_TIMEOUT_MS = 15_000;

/** Browsers refuse to send more than 64 KiB after a page is gone (Fetch, "keepalive"); the rest of it is headroom for JSON. */
export const KEEPALIVE_MAX_BYTES = 60 * 1024;

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfterSeconds: number,
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
}

export class Api {
  constructor(private readonly sessionId: string) {}

  state(): Promise<Session> {
    return call<Session>("GET", `/api/sessions/${this.sessionId}`);
  }

  save(position: number, program: Program, baseRevision: number, keepalive = false): Promise<Saved> {
    return call<Saved>("POST", this.item(position, "journal"), { base_revision: baseRevision, ...program }, keepalive);
  }

  submit(position: number, program: Program): Promise<HandedIn> {
    return call<HandedIn>("POST", this.item(position, "submissions"), program);
  }

  runSamples(position: number, program: Program): Promise<SampleRun> {
    return call<SampleRun>("POST", this.item(position, "sample-runs"), program);
  }

  sampleRun(position: number, sampleRunId: string): Promise<SampleRun> {
    return call<SampleRun>("GET", this.item(position, `sample-runs/${sampleRunId}`));
  }

  private item(position: number, what: string): string {
    return `/api/sessions/${this.sessionId}/items/${position}/${what}`;
  }
}

async function call<Answer>(method: string, path: string, body?: unknown, keepalive = false): Promise<Answer> {
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
    answer = (await response.json()) as Record<string, unknown>;
  } catch {
    throw new Problem(0, "unreachable", "", 0);
  }
  if (response.ok) return answer as Answer;
  const retryAfter = Number(response.headers.get("Retry-After") ?? 0);
  throw new Problem(response.status, String(answer["code"] ?? ""), String(answer["detail"] ?? ""), retryAfter);
}
