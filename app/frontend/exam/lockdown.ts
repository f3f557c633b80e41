// Proving that this page runs in the Safe Exam Browser, before each change of state. What is asked and why is told in
// `exams/proctoring/seb/check.py`. Where a scheme does not ask for it, nothing here does anything.

import { Problem, call } from "./api";

/** How long the script interface may take to answer; some builds never do (SafeExamBrowser/seb-win-refactoring#550). */
const KEYS_TIMEOUT_MS = 5_000;

interface Challenge {
  proven: boolean;
  answer: string;
  page: string;
}

interface Answered {
  proven: boolean;
}

interface Hashes {
  config_key: string;
  exam_key: string;
}

interface Security {
  configKey?: string;
  browserExamKey?: string;
  updateKeys?: (done: () => void) => void;
}

/** The script interface of the Safe Exam Browser, where there is one. */
export function security(): Security | undefined {
  return (globalThis as { SafeExamBrowser?: { security?: Security } }).SafeExamBrowser?.security;
}

export function needsProof(root: HTMLElement): boolean {
  return root.dataset["lockdown"] === "seb";
}

/** The hashes for the address that the page has now; empty ones if the browser gives none. */
export async function hashesHere(): Promise<Hashes> {
  const api = security();
  if (api === undefined) return { config_key: "", exam_key: "" };
  if (api.updateKeys !== undefined) {
    const update = api.updateKeys.bind(api);
    await Promise.race([
      new Promise<void>((resolve) => update(() => resolve())),
      new Promise<void>((resolve) => setTimeout(resolve, KEYS_TIMEOUT_MS)),
    ]);
  }
  return { config_key: short(api.configKey), exam_key: short(api.browserExamKey) };
}

/**
 * Prove it for one step. Throws the server's problem if the session is held or the proof did not come in time.
 *
 * Browsers that send headers prove it with the request alone. The script interface hashes the address of the page, so the page takes the
 * address of the challenge for a moment; a browser whose keys do not follow that goes to the page of the challenge itself, which
 * comes back here: the candidate presses once more, and the proof is there.
 */
export async function prove(sessionId: string, purpose: "start" | "hand_in" | "finish"): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const challenge = await call<Challenge>("POST", `/api/sessions/${sessionId}/lockdown/challenges`, { purpose });
    if (challenge.proven) return;
    try {
      const hashes = await hashesAt(challenge.page);
      const answered = await call<Answered>("POST", challenge.answer, { ...hashes, last: security() === undefined });
      if (answered.proven) return;
      location.assign(challenge.page);
      await new Promise(() => undefined); // this page goes away
    } catch (error) {
      // A line that was slow for a minute is no reason to bother anybody: ask once more.
      if (!(error instanceof Problem) || error.code !== "lockdown-unproven" || turn > 0) throw error;
    }
  }
}

async function hashesAt(page: string): Promise<Hashes> {
  if (security() === undefined) return { config_key: "", exam_key: "" };
  const here = location.href;
  history.replaceState(history.state, "", page);
  try {
    return await hashesHere();
  } finally {
    history.replaceState(history.state, "", here);
  }
}

/** A hash is 64 letters; before its first answer the interface holds other things. */
function short(value: string | undefined): string {
  return typeof value === "string" && /^[0-9a-f]{64}$/i.test(value) ? value : "";
}
