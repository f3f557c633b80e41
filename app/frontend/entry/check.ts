// The page that looks at the computer it is opened on. Each item has its words for every outcome in the page itself, translated; this
// script tries the item and shows the words that are true. Nothing that it finds is sent anywhere.

import * as items from "../check/items";
import type { Found } from "../check/items";
import { measure, picture } from "../check/latency";

/** A typing person does not notice what the server needs until here: what they type is shown at once in any case. */
const NEAR_MS = 300;
const STEADY_MS = 150;
/** The device's clock may be wrong by any amount; from here on it is worth a word. */
const CLOCK_NOTE_MS = 60_000;

const list = document.getElementById("checks");
const progress = document.querySelector<HTMLProgressElement>("#check-progress");
const status = document.getElementById("check-status");
const again = document.querySelector<HTMLButtonElement>("#check-again");

let running = false;

again?.addEventListener("click", () => void run());
document.getElementById("camera-start")?.addEventListener("click", () => void showCamera());
document.getElementById("camera-stop")?.addEventListener("click", hideCamera);
document.getElementById("fullscreen-try")?.addEventListener("click", () => void tryFullscreen());
void run();

async function run(): Promise<void> {
  if (running) return;
  running = true;
  if (again !== null) again.disabled = true;
  const steps: [string, () => Found | undefined | Promise<Found | undefined>][] = [
    ["browser", items.checkBrowser],
    ["crypto", items.checkCrypto],
    ["storage", items.checkStorage],
    ["screen", items.checkScreen],
    ["screens", items.checkScreens],
    ["fullscreen", items.checkFullscreen],
    ["keyboard", items.checkKeyboard],
    ["seb", items.checkSafeExamBrowser],
    ["line", checkLine],
  ];
  const counts = { ok: 0, note: 0, bad: 0 };
  for (const [name] of steps) show(name, "wait");
  show("clock", "wait");
  for (const [place, [name, check]] of steps.entries()) {
    show(name, "busy");
    const found = await check();
    show(name, found?.outcome ?? "unknown", found?.values);
    if (found !== undefined) counts[found.outcome] += 1;
    tell(place + 1, steps.length);
  }
  summary(counts);
  if (again !== null) again.disabled = false;
  running = false;
}

async function checkLine(): Promise<Found> {
  const item = document.querySelector<HTMLElement>('[data-check="line"]');
  const line = await measure("/api/time", (done, of) => {
    const words = item?.querySelector<HTMLElement>('[data-outcome="busy"]');
    if (words) fill(words, { done, of });
  });
  const svg = item?.querySelector<SVGElement>("svg");
  if (line === undefined) {
    show("clock", "unknown");
    return { outcome: "bad" };
  }
  if (svg) {
    picture(line, svg);
    svg.removeAttribute("hidden");
  }
  const seconds = Math.max(1, Math.round(Math.abs(line.clockDifference) / 1000)); // "within 0 s" is nothing that a person says
  show("clock", Math.abs(line.clockDifference) < CLOCK_NOTE_MS ? "ok" : "note", { seconds });
  const good = line.median <= NEAR_MS && line.spread <= STEADY_MS && line.lost === 0;
  return { outcome: good ? "ok" : "note", values: { median: Math.round(line.median), spread: Math.round(line.spread), lost: line.lost } };
}

/** Show the words of one outcome of an item and hide the others. */
function show(name: string, outcome: string, values: Record<string, string | number> = {}): void {
  const item = list?.querySelector<HTMLElement>(`[data-check="${name}"]`);
  if (!item) return;
  item.dataset["state"] = outcome;
  for (const words of item.querySelectorAll<HTMLElement>("[data-outcome]")) {
    words.hidden = words.dataset["outcome"] !== outcome;
    if (!words.hidden) fill(words, values);
  }
}

function fill(words: HTMLElement, values: Record<string, string | number>): void {
  words.dataset["words"] ??= words.textContent ?? "";
  words.textContent = words.dataset["words"].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

function tell(done: number, of: number): void {
  if (progress !== null) {
    progress.max = of;
    progress.value = done;
  }
}

function summary(counts: { ok: number; note: number; bad: number }): void {
  const outcome = counts.bad > 0 ? "bad" : counts.note > 0 ? "note" : "ok";
  for (const words of document.querySelectorAll<HTMLElement>("[data-summary]")) {
    if (words.dataset["summary"] !== outcome) continue;
    fill(words, counts);
    if (status !== null) {
      status.textContent = words.textContent;
      status.className = `notice notice-${outcome === "note" ? "warn" : outcome}`;
      status.dataset["result"] = outcome;
    }
  }
}

let stream: MediaStream | undefined;

async function showCamera(): Promise<void> {
  const video = document.querySelector<HTMLVideoElement>("#camera-picture");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: false });
    if (video !== null) {
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
    }
    show("camera", "ok", { name: stream.getVideoTracks()[0]?.label ?? "" });
  } catch (error) {
    const is = error instanceof DOMException ? error.name : "";
    show("camera", is === "NotAllowedError" ? "note" : "bad");
  }
  cameraButtons();
}

function hideCamera(): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  const video = document.querySelector<HTMLVideoElement>("#camera-picture");
  if (video !== null) {
    video.srcObject = null;
    video.hidden = true;
  }
  cameraButtons();
  document.getElementById("camera-start")?.focus();
}

function cameraButtons(): void {
  const start = document.getElementById("camera-start");
  const stop = document.getElementById("camera-stop");
  const had = document.activeElement === start;
  if (start !== null) start.hidden = stream !== undefined;
  if (stop !== null) {
    stop.hidden = stream === undefined;
    if (had && stream !== undefined) stop.focus();
  }
}

async function tryFullscreen(): Promise<void> {
  try {
    await document.documentElement.requestFullscreen();
    show("fullscreen", "ok");
  } catch {
    show("fullscreen", "note");
  }
}
