/** The exam page: puts its parts together. The server's clock and the server's journal decide; this only shows and sends. */

import { Api, Problem } from "../exam/api";
import { Countdown } from "../exam/clock";
import { loadMode } from "../exam/editor";
import { find, say } from "../exam/elements";
import { ItemView } from "../exam/itemview";
import { startObservers } from "../exam/observers";
import type { Item, Session, Submission } from "../exam/state";
import { startStatementLanguages, startTabs } from "../exam/tabs";
import { decimal, loadTexts, text, timeOfDay, word } from "../exam/texts";

/** While a verdict is waited for and the stream of changes is not there, and otherwise to notice that the exam is over. */
const LOOK_SOON_MS = 3_000;
const LOOK_MS = 30_000;
const LOOK_AT_END_MS = 1_000;

/** When the page is at rest, it fetches the colours of the other languages: the line may be gone when they are chosen. */
const OTHER_MODES_MS = 4_000;

const FONT_KEY = "sarap:font";
const FONT_STEPS_PX = [12, 13, 14, 15, 16, 18, 20, 24, 28];
const FONT_USUAL = 2;
const PLAIN_KEY = "sarap:plain";

const room = find(document, "#exam");
const sessionId = room.dataset["session"] ?? "";
loadTexts(document.getElementById("exam-texts"), room.dataset["timeZone"]);
const state = JSON.parse(find(document, "#exam-state").textContent ?? "{}") as Session;

const api = new Api(sessionId);
const saveState = find(document, "#save-state");
const trouble = find(document, "#trouble");
const announcements = find(document, "#announcements");
let over = false;
let streaming = false;
let looking: number | undefined;
let views: ItemView[] = [];

startTabs(sessionId);
startStatementLanguages();
const countdown = new Countdown(state.allotted_seconds, timeUp);
views = state.items.map(
  (item) =>
    new ItemView({
      api,
      sessionId,
      item,
      nonce: room.dataset["nonce"] ?? "",
      onClock: (clock) => countdown.hear(clock),
      onSave: showSaving,
      onClosed: () => void look(),
      onVerdict: sayVerdict,
    }),
);
countdown.hear(state);
const observers = startObservers(sessionId, { camera: room.dataset["camera"] === "yes", fullscreen: true });
startEditorSettings();
startStream();
lookLater();
setTimeout(() => {
  for (const mode of new Set(state.items.flatMap((item) => item.languages.map((one) => one.editor)))) void loadMode(mode);
}, OTHER_MODES_MS);

addEventListener("pagehide", () => views.forEach((view) => view.saver.flushAtExit()));
addEventListener("online", () => {
  views.forEach((view) => view.saver.retry());
  void look();
});
addEventListener("beforeunload", (event) => {
  if (!over && views.some((view) => view.saver.unsaved && view.saveState.kind !== "closed")) event.preventDefault();
});
// A computer that slept has missed the ticks of the page's own clock.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void look();
  else views.forEach((view) => void view.saver.flush());
});
const finish = find<HTMLAnchorElement>(document, "#finish");
finish.addEventListener("click", (event) => {
  event.preventDefault();
  void Promise.all(views.map((view) => view.saver.flush())).then(() => location.assign(finish.href));
});

/** One line for all tasks: the worst news first. */
function showSaving(): void {
  const states = views.map((view) => view.saveState);
  const failing = states.find((one) => one.kind === "retrying");
  if (states.some((one) => one.kind === "closed")) say(saveState, text("closed"));
  else if (failing !== undefined) say(saveState, text("retrying"));
  else if (states.some((one) => one.kind === "refused" || one.kind === "conflict" || one.kind === "unsaved")) say(saveState, text("unsaved"));
  else if (states.some((one) => one.kind === "saving")) say(saveState, text("saving"));
  else {
    const times = states.flatMap((one) => (one.kind === "saved" ? [one.at] : [])).sort();
    const last = times[times.length - 1];
    if (last !== undefined) say(saveState, text("saved", { time: timeOfDay(last) }));
  }
  saveState.dataset["state"] = failing !== undefined ? "failing" : "well";
  const words = failing === undefined ? "" : failing.problem.status === 401 ? text("signInAgain") : text("offline");
  say(trouble, words);
  trouble.hidden = words === "";
}

/** Ask for everything, and show what changed. */
async function look(): Promise<void> {
  clearTimeout(looking);
  try {
    const now = await api.state();
    countdown.hear(now);
    if (now.phase === "over") {
      end(now.sealed_at !== null);
      if (now.sealed_at !== null) return;
    } else {
      for (const view of views) {
        const item = now.items.find((one) => one.position === view.position);
        if (item !== undefined) view.hearSubmissions(item.submissions);
      }
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  lookLater();
}

function lookLater(): void {
  clearTimeout(looking);
  const waiting = views.some((view) => view.waiting);
  looking = setTimeout(() => void look(), over || countdown.leftS <= 0 ? LOOK_AT_END_MS : waiting && !streaming ? LOOK_SOON_MS : LOOK_MS);
}

function startStream(): void {
  const stream = new EventSource(`/sessions/${sessionId}/events`);
  stream.addEventListener("open", () => {
    streaming = true;
    void look();
  });
  stream.addEventListener("changed", () => void look());
  stream.addEventListener("error", () => {
    streaming = false;
    lookLater();
    // A browser gives up after a refusal; we do not.
    if (stream.readyState === EventSource.CLOSED && !over) setTimeout(startStream, LOOK_MS);
  });
}

/** The page's clock says so: the last words are sent at once, and the server is asked. */
function timeUp(): void {
  say(announcements, text("timeUp"));
  void Promise.all(views.map((view) => view.saver.flush())).then(() => look());
}

/** The server says so. When it has sealed, the page becomes the page of the result. */
function end(sealed: boolean): void {
  if (!over) {
    over = true;
    observers.stop();
    views.forEach((view) => view.lock());
    say(trouble, text("timeUp"));
    trouble.hidden = false;
  }
  if (sealed) location.reload();
}

function sayVerdict(item: Item, submission: Submission): void {
  const values = { position: item.position, points: decimal(submission.points ?? 0), max: item.points };
  say(announcements, text("verdictArrived", { ...values, verdict: word("verdicts", submission.verdict ?? "") }));
}

function startEditorSettings(): void {
  let step = Number(localStorage.getItem(FONT_KEY) ?? FONT_USUAL);
  const resize = (change: number): void => {
    step = Math.min(Math.max(step + change, 0), FONT_STEPS_PX.length - 1);
    localStorage.setItem(FONT_KEY, String(step));
    room.style.setProperty("--editor-font-size", `${(FONT_STEPS_PX[step] ?? 14) / 16}rem`);
  };
  const usePlain = (plain: boolean): void => {
    localStorage.setItem(PLAIN_KEY, plain ? "yes" : "no");
    views.forEach((view) => view.usePlain(plain));
    for (const button of room.querySelectorAll("[data-plain]")) {
      if (button instanceof HTMLButtonElement) button.setAttribute("aria-pressed", String(plain));
    }
  };
  for (const button of room.querySelectorAll<HTMLButtonElement>("button[data-font]")) {
    button.addEventListener("click", () => resize(Number(button.dataset["font"])));
  }
  for (const button of room.querySelectorAll<HTMLButtonElement>("button[data-plain]")) {
    button.addEventListener("click", () => usePlain(button.getAttribute("aria-pressed") !== "true"));
  }
  resize(0);
  usePlain(localStorage.getItem(PLAIN_KEY) === "yes");
}
