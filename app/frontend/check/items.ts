// What a browser must be able to do for an exam, tried for real. Nobody is asked for a name or a version of a browser.

export type Outcome = "ok" | "note" | "bad";
export interface Found {
  outcome: Outcome;
  /** Fills `{name}` in the words of the page. */
  values?: Record<string, string | number>;
}

/** The exam page with its two halves side by side needs about this; below it the halves stand one above the other. */
const WIDE_PX = 1_024;
/** A whole exam's journal with pictures that wait for the line is below 50 MiB. */
const QUOTA_MIN_MIB = 50;
const MIB = 1024 * 1024;

export function checkBrowser(): Found {
  const missing = [
    ["fetch", "fetch" in window],
    ["EventSource", "EventSource" in window],
    ["AbortSignal.timeout", "timeout" in AbortSignal],
    ["IndexedDB", "indexedDB" in window],
    ["sendBeacon", "sendBeacon" in navigator],
  ].filter(([, there]) => !there);
  return missing.length === 0 ? { outcome: "ok" } : { outcome: "bad", values: { missing: missing.map(([name]) => name).join(", ") } };
}

/** The journal's chain is made of SHA-256, the sealed form is opened with AES. */
export async function checkCrypto(): Promise<Found> {
  try {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode("сарап");
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text);
    const opened = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed));
    const hash = await crypto.subtle.digest("SHA-256", opened);
    return { outcome: opened.length === text.length && hash.byteLength === 32 ? "ok" : "bad" };
  } catch {
    return { outcome: "bad" };
  }
}

/** Write, read and remove something, as the journal of an exam does; then ask how much room there is. */
export async function checkStorage(): Promise<Found> {
  const name = "sarap-system-check";
  try {
    const db = await new Promise<IDBDatabase>((done, failed) => {
      const opening = indexedDB.open(name, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => failed(opening.error ?? new Error("not opened"));
      opening.onblocked = () => failed(new Error("blocked"));
    });
    const kept = await new Promise<unknown>((done, failed) => {
      const work = db.transaction("kept", "readwrite");
      const store = work.objectStore("kept");
      store.put("ә", 1);
      const reading = store.get(1);
      work.oncomplete = () => done(reading.result);
      work.onabort = () => failed(work.error ?? new Error("not kept"));
    });
    db.close();
    indexedDB.deleteDatabase(name);
    if (kept !== "ә") return { outcome: "bad" };
    const quota = (await navigator.storage?.estimate?.())?.quota;
    if (quota === undefined || quota / MIB >= QUOTA_MIN_MIB) return { outcome: "ok" };
    return { outcome: "note", values: { room: Math.floor(quota / MIB) } };
  } catch {
    return { outcome: "bad" };
  }
}

export function checkScreen(): Found {
  const values = { width: screen.width, height: screen.height };
  return { outcome: Math.max(window.innerWidth, screen.width) >= WIDE_PX ? "ok" : "note", values };
}

/** Chromium alone says whether there is a second screen; where nobody says, that is told too. */
export function checkScreens(): Found | undefined {
  const extended = (screen as Screen & { isExtended?: boolean }).isExtended;
  return extended === undefined ? undefined : { outcome: extended ? "note" : "ok" };
}

export function checkFullscreen(): Found {
  return { outcome: document.fullscreenEnabled ? "ok" : "note" };
}

interface KeyboardWithLayout {
  getLayoutMap?: () => Promise<ReadonlyMap<string, string>>;
}

/** Which letters the keys give now. Only Chromium tells; the words say how to switch in any case. */
export async function checkKeyboard(): Promise<Found | undefined> {
  const keyboard = (navigator as Navigator & { keyboard?: KeyboardWithLayout }).keyboard;
  try {
    const map = await keyboard?.getLayoutMap?.();
    const letters = ["KeyQ", "KeyW", "KeyE"].map((code) => map?.get(code)).filter((letter) => letter !== undefined);
    return letters.length === 0 ? undefined : { outcome: "ok", values: { letters: letters.join(" ").toUpperCase() } };
  } catch {
    return undefined;
  }
}

/** Safe Exam Browser shows itself by its own object, never by a name that anybody can write into a header. */
export function checkSafeExamBrowser(): Found | undefined {
  return "SafeExamBrowser" in window ? { outcome: "ok" } : undefined;
}
