// The service worker of the exam pages. It answers for them while the line is down, or while the server is, with the page as it was
// last; nothing else goes through it. It is served as `/sessions/worker.js`, so that its scope is `/sessions/` and no more.

/** Also in `exam/offline.ts`. */
const CACHE = "sarap-exam";

const ROOM = /^\/sessions\/[0-9a-f-]{36}$/;
const START = /^(\/sessions\/[0-9a-f-]{36})\/start$/;
/** What only the page of a running exam has. */
const ROOM_MARK = 'id="exam-state"';

/** A line that gives no answer for so long is as good as none, if there is a page to show instead. */
const PATIENCE_MS = 10_000;

/** Files whose content never changes under their address. */
const isFixed = (address: URL): boolean => address.searchParams.has("v") || address.pathname.includes("/chunk-");

// The types of a worker's world clash with those of a page's; this is all of it that is used.
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", act: (event: WorkerEvent) => void): void;
  addEventListener(name: "fetch", act: (event: FetchEvent) => void): void;
}
const worker = self as unknown as WorkerScope;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const start = START.exec(address.pathname)?.[1];
    if (ROOM.test(address.pathname) || start !== undefined) event.respondWith(page(event, start ?? address.pathname));
  } else if (address.pathname.startsWith("/static/")) {
    event.respondWith(asset(request, address));
  }
});

async function page(event: FetchEvent, key: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key);
  const asking = fetch(event.request);
  let answer: Response;
  try {
    answer = kept === undefined ? await asking : await Promise.race([asking, impatience()]);
  } catch (error) {
    if (kept === undefined) throw error;
    return kept;
  }
  if (kept !== undefined && answer.status >= 500) return kept;
  if (answer.ok && ROOM.test(new URL(event.request.url).pathname)) event.waitUntil(keep(cache, key, answer.clone()));
  return answer;
}

async function keep(cache: Cache, key: string, answer: Response): Promise<void> {
  const copy = answer.clone();
  if ((await answer.text()).includes(ROOM_MARK)) await cache.put(key, copy);
  else await cache.delete(key); // the exam is over
}

function impatience(): Promise<never> {
  return new Promise((_, failed) => setTimeout(() => failed(new Error("no answer")), PATIENCE_MS));
}

async function asset(request: Request, address: URL): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept !== undefined && isFixed(address)) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    if (kept === undefined) throw error;
    return kept;
  }
}

export {};
