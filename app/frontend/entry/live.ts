// Regions of a page that keep themselves up to date:
//
//   <div data-live="/board/seats" data-live-events="/board/events" data-live-every="5">…</div>
//
// The server renders the region; this script asks for it again every few seconds, and at once when an event says that something
// changed. Without events the asking alone is enough; without this script the page is right at every reload.

/** How long without an answer until the page says that it is not up to date. */
const STALE_AFTER_MS = 15_000;
/** Several events at once, as when a batch of observations arrives, make one request. */
const GATHER_MS = 400;
const REQUEST_TIMEOUT_MS = 10_000;

for (const region of document.querySelectorAll<HTMLElement>("[data-live]")) keepUpToDate(region);

function keepUpToDate(region: HTMLElement): void {
  const address = region.dataset["live"] ?? "";
  let lastAnswer = performance.now();
  let asking = false;
  let soon: number | undefined;

  async function ask(): Promise<void> {
    if (asking || document.visibilityState === "hidden") return;
    asking = true;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
      // Signed out, or no longer allowed: the whole page says so better than a part of it.
      if (answer.status === 401 || answer.status === 403) location.reload();
      if (answer.ok) {
        renew(region, await answer.text());
        lastAnswer = performance.now();
      }
    } catch {
      // The line is down; the notice below says so when it lasts.
    } finally {
      asking = false;
      const stale = performance.now() - lastAnswer > STALE_AFTER_MS;
      for (const notice of document.querySelectorAll<HTMLElement>("[data-live-stale]")) notice.hidden = !stale;
    }
  }

  setInterval(() => void ask(), Number(region.dataset["liveEvery"] ?? 5) * 1000);
  document.addEventListener("visibilitychange", () => void ask());
  const events = region.dataset["liveEvents"];
  if (events !== undefined) {
    new EventSource(events).addEventListener("changed", () => {
      clearTimeout(soon);
      soon = setTimeout(() => void ask(), GATHER_MS);
    });
  }
}

/** Put fresh HTML in place: parts that did not change stay as they are, pictures are not fetched twice, and focus is kept. */
function renew(region: HTMLElement, html: string): void {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const focus = focusMark(region);
  const kept = new Map([...region.querySelectorAll<HTMLElement>("[data-key]")].map((part) => [part.dataset["key"], part]));
  for (const part of fresh.querySelectorAll<HTMLElement>("[data-key]")) {
    const before = kept.get(part.dataset["key"]);
    if (before?.isEqualNode(part)) part.replaceWith(before);
  }
  const pictures = new Map([...region.querySelectorAll("img")].map((picture) => [picture.getAttribute("src"), picture]));
  for (const picture of fresh.querySelectorAll("img")) {
    const before = pictures.get(picture.getAttribute("src"));
    if (before !== undefined && before !== picture) picture.replaceWith(before);
  }
  region.replaceChildren(...fresh.childNodes);
  if (focus !== null) region.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true });
  announce(region);
}

/** How to find the focused link or button again. */
function focusMark(region: HTMLElement): string | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !region.contains(active)) return null;
  const href = active.getAttribute("href");
  if (active.id !== "") return `#${CSS.escape(active.id)}`;
  return href === null ? null : `[href="${CSS.escape(href)}"]`;
}

/** Tell a screen reader the region's summary, but only when it says something new. */
function announce(region: HTMLElement): void {
  const news = region.querySelector<HTMLElement>("[data-status]")?.dataset["status"] ?? "";
  const status = document.querySelector<HTMLElement>("[data-live-status]");
  if (status !== null && status.textContent !== news) status.textContent = news;
}
