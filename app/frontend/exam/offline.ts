// The exam page can be reloaded while the line is down: a service worker (`entry/worker.ts`) answers with the page as it was, and the
// journal in this browser brings back every letter. What is kept is forgotten at sign-out and when the exam is over.

import type { Clock } from "./state";

/** Also in `entry/worker.ts`, which is a script of its own. */
const CACHE = "sarap-exam";
const WORKER = "/sessions/worker.js";
const SCOPE = "/sessions/";
const HEARD_KEY = "sarap:heard:";

/** A page that was opened before the worker was there is fetched once more, not by everybody in the same second. */
const COPY_WITHIN_MS = 20_000;

/** Let the worker be there before it is needed. Without HTTPS there is none, and the page works all the same. */
export async function startWorker(): Promise<boolean> {
  try {
    if (!("serviceWorker" in navigator)) return false;
    return (await navigator.serviceWorker.register(WORKER, { scope: SCOPE })) !== undefined;
  } catch {
    return false; // forbidden, or the line is down: the next page tries again
  }
}

/** Keep this page and all that it is made of. */
export async function keepPage(): Promise<void> {
  if (!(await startWorker())) return;
  try {
    const cache = await caches.open(CACHE);
    const parts = performance
      .getEntriesByType("resource")
      .map((one) => new URL(one.name))
      .filter((one) => one.origin === location.origin && one.pathname.startsWith("/static/"));
    for (const part of parts) if ((await cache.match(part)) === undefined) await cache.add(part);
    const page = location.pathname.replace(/\/start$/, "");
    if ((await cache.match(page)) !== undefined) return;
    await new Promise((done) => setTimeout(done, Math.random() * COPY_WITHIN_MS));
    const answer = await fetch(page, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) await cache.put(page, answer);
  } catch {
    // The line is down, or the browser keeps nothing.
  }
}

/** Forget every kept page. */
export async function forgetPages(): Promise<void> {
  if ("caches" in window) await caches.delete(CACHE).catch(() => false);
}

/** Remember what the server's clock said, for a page that is reloaded without a line. */
export function keepHeard(sessionId: string, clock: Clock): void {
  try {
    const heard = { now: clock.now, remaining: clock.remaining_seconds, paused: clock.paused === true, wall: Date.now() };
    localStorage.setItem(HEARD_KEY + sessionId, JSON.stringify(heard));
  } catch {
    // Nothing is kept here: the page will say so by its own state.
  }
}

/**
 * The seconds that are left by the last word of the server, if that is newer than the page's own state. It goes by the device's clock,
 * because there is no other; nothing is decided by it.
 */
export function lastHeard(sessionId: string, stateNow: string): number | null {
  try {
    const heard = JSON.parse(localStorage.getItem(HEARD_KEY + sessionId) ?? "null") as {
      now: string;
      remaining: number;
      paused: boolean;
      wall: number;
    } | null;
    if (heard === null || Date.parse(heard.now) <= Date.parse(stateNow)) return null;
    const passed = heard.paused ? 0 : Math.max(0, Date.now() - heard.wall) / 1000;
    return Math.max(0, heard.remaining - passed);
  } catch {
    return null;
  }
}
