// The exam page: puts its parts together. The server's clock and the server's journal decide; this only shows and sends.

import { Api, Problem } from "./api";
import { Countdown } from "./clock";
import { find, make, say } from "./elements";
import { historyButton } from "./history";
import { ItemView } from "./itemview";
import { ItemJournal } from "./journal";
import { Lease, type Standing } from "./lease";
import { startObservers } from "./observers";
import { keepHeard, keepPage, lastHeard } from "./offline";
import { SavingPanel } from "./saving";
import type { Clock, Item, Session, Submission } from "./state";
import { JournalStore } from "./store";
import { startStatementLanguages, startTabs } from "./tabs";
import { startReference } from "./reference";
import { startView } from "./view";
import { decimal, loadTexts, text, timeOfDay, word } from "./texts";

/** While a verdict is waited for and the stream of changes is not there, and otherwise to notice that the exam is over. */
const LOOK_SOON_MS = 3_000;
const LOOK_MS = 30_000;
const LOOK_AT_END_MS = 1_000;
/** The state that came with the page is asked for anew before anything is sent, if it is older: the page may be a kept one. */
const STATE_IS_OLD_MS = 5_000;
/** A new page is read-only until it knows whether another tab writes; a line that does not answer must not keep anybody from typing. */
const STANDING_WITHIN_MS = 2_000;

/** When the page is at rest, it fetches the colours of the other languages: the line may be gone when they are chosen. */
const OTHER_MODES_MS = 4_000;

const FONT_KEY = "sarap:font";
const FONT_STEPS_PX = [12, 13, 14, 15, 16, 18, 20, 24, 28];
const FONT_USUAL = 2;
const PLAIN_KEY = "sarap:plain";

/**
 * Start the exam in a page that holds the room (`templates/candidate/session.html`), however it came there: as the server sent it, or
 * put in place by a script that had it ready before the clock began. Call it once for a page.
 */
export async function startExam(room: HTMLElement): Promise<void> {
  const sessionId = room.dataset["session"] ?? "";
  loadTexts(document.getElementById("exam-texts"), room.dataset["timeZone"]);
  const state = JSON.parse(find(document, "#exam-state").textContent ?? "{}") as Session;

  const api = new Api(sessionId);
  const trouble = find(document, "#trouble");
  const announcements = find(document, "#announcements");
  const elsewhere = find(document, "#elsewhere");
  let over = false;
  let streaming = false;
  let looking: number | undefined;
  let asked = 0; // how often everything was asked for, and which of the answers is shown
  let heard = 0;
  let serverNow = Date.parse(state.now);
  let views: ItemView[] = [];
  let panel: SavingPanel | null = null;
  const said = { nonce: "" }; // the server's last nonce

  startTabs(sessionId);
  startStatementLanguages();
  const countdown = new Countdown(state.allotted_seconds, timeUp, sayCredit);
  const kept = lastHeard(sessionId, state.now);
  if (kept === null) countdown.hear(state);
  else countdown.guess(kept);
  const store = await JournalStore.open(() => panel?.showKeeping());
  const lease = await Lease.begin({
    api,
    sessionId,
    store,
    heard: said,
    onStanding: (standing) => void stand(standing),
    onClock: hearClock,
    onYield: flushAll,
  });
  const journals = await Promise.all(
    state.items.map((item) =>
      ItemJournal.open({
        api,
        sessionId,
        item,
        store,
        lease,
        heard: said,
        onState: (saving) => {
          views.find((view) => view.position === item.position)?.saveChanged(saving);
          panel?.show();
        },
        onClock: hearClock,
      }),
    ),
  );
  panel = new SavingPanel({ sessionId, store, lease, journals: () => journals, timeIsUp: () => countdown.leftS <= 0 });
  views = state.items.map((item, place) => {
    const journal = journals[place];
    if (journal === undefined) throw new Error("an item without its journal");
    const view = new ItemView({
      api,
      sessionId,
      item,
      journal,
      lease,
      nonce: room.dataset["nonce"] ?? "",
      onClock: hearClock,
      onClosed: () => void look(),
      onVerdict: sayVerdict,
    });
    const named = (code: string): string => item.languages.find((one) => one.code === code)?.name ?? code;
    const mayWrite = (): boolean => !over && lease.standing.kind !== "elsewhere";
    view.bar.lastElementChild?.append(
      historyButton({ sessionId, api, store, journal, named, mayWrite, goBackTo: (language, files) => view.goBackTo(language, files) }),
    );
    return view;
  });
  startEditorSettings();
  startView(room);
  startReference(room);
  panel.show();
  const observers = startObservers(sessionId, { camera: room.dataset["camera"] === "yes", fullscreen: true });

  if (!lease.known) lockAll(true);
  const standing = lease.claim();
  await Promise.race([standing, new Promise((done) => setTimeout(done, STANDING_WITHIN_MS))]);
  if (lease.standing.kind === "asking") lockAll(false);

  startStream();
  lookLater();
  setTimeout(() => {
    void keepPage();
    void fetchModes(new Set(state.items.flatMap((item) => item.languages.map((one) => one.editor))));
  }, OTHER_MODES_MS);

  addEventListener("pagehide", () => journals.forEach((one) => one.flushAtExit()));
  addEventListener("online", () => {
    lease.retry();
    journals.forEach((one) => one.retry());
    void look();
  });
  addEventListener("beforeunload", (event) => {
    if (!over && journals.some((one) => one.unsent > 0 && one.state.kind !== "closed" && one.state.kind !== "elsewhere")) event.preventDefault();
  });
  // A computer that slept has missed the ticks of the page's own clock.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void look();
    else void flushAll();
  });
  const finish = find<HTMLAnchorElement>(document, "#finish");
  finish.addEventListener("click", (event) => {
    event.preventDefault();
    void flushAll().then(() => location.assign(finish.href));
  });

  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-flush-first]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void flushAll().then(() => form.submit());
    });
  }

  function hearClock(clock: Clock): void {
    serverNow = Math.max(serverNow, Date.parse(clock.now));
    countdown.hear(clock);
    if (clock.remaining_seconds > 0) for (const view of views) view.journal.reopen();
    keepHeard(sessionId, clock);
  }

  async function flushAll(): Promise<void> {
    await Promise.all(journals.map((one) => one.flush()));
  }

  function lockAll(locked: boolean): void {
    for (const view of views) view.lock(locked || over);
  }

  /** Who writes: this page, another one, or nobody any more. */
  async function stand(standing: Standing): Promise<void> {
    elsewhere.hidden = standing.kind !== "elsewhere";
    switch (standing.kind) {
      case "asking":
        break;
      case "held":
        if (serverNow - Date.parse(state.now) > STATE_IS_OLD_MS) await look();
        lockAll(false);
        for (const view of views) view.sayRestored();
        journals.forEach((one) => one.retry());
        await showAsides();
        break;
      case "elsewhere":
        // Openly, and at once; what was typed here last is sent, and the server keeps it beside the text that goes on. Whether
        // anybody looks at this page says nothing of the exam any more.
        observers.stop();
        lockAll(true);
        showElsewhere(standing);
        if (standing.lost) {
          await flushAll();
          journals.forEach((one) => one.yield());
        } else {
          journals.forEach((one) => one.follow());
          views.forEach((view) => view.showJournal());
          await look();
        }
        break;
      case "over":
        await flushAll();
        await look();
    }
    panel?.show();
  }

  /** What other pages of this candidate left beside the chain. What this page's text has passed since is no news. */
  async function showAsides(): Promise<void> {
    await flushAll();
    if (journals.every((one) => one.revision === 0)) return; // nothing was saved that another text could have overtaken
    const asides = await api.asides().catch(() => []);
    for (const aside of asides) {
      if (aside.taken_at !== null || aside.reason === "late") continue;
      const view = views.find((one) => one.position === aside.position);
      if (view === undefined || view.journal.state.kind === "conflict") continue;
      const files = view.journal.files(aside.language);
      const same = files?.get("") === aside.source && files.size === 1 + Object.keys(aside.files).length;
      if (same || view.journal.knows(aside.head)) void api.takeAside(aside.aside_id).catch(() => undefined);
      else view.showAside(aside);
    }
  }

  function showElsewhere(standing: Extract<Standing, { kind: "elsewhere" }>): void {
    const { holder } = standing;
    const words =
      holder === null
        ? text("takenOver")
        : text("heldElsewhere", { device: holder.device, taken: timeOfDay(holder.takenAt), seen: timeOfDay(holder.lastSeenAt) });
    const button = make("button", "button button-small", text("goOnHere"));
    button.type = "button";
    const hindrance = make("span", "small", "");
    hindrance.setAttribute("role", "alert");
    button.addEventListener("click", () => {
      button.setAttribute("aria-disabled", "true");
      void lease.claim(true).then((problem) => {
        // Everything anew: the text that the other page left, and what this browser holds.
        if (problem === null) location.reload();
        else button.removeAttribute("aria-disabled");
        say(hindrance, problem === null ? "" : problem.status === 0 ? text("offline") : `${problem.detail} ${problem.next}`.trim());
      });
    });
    elsewhere.replaceChildren(make("p", "", words), make("p", "cluster", button, hindrance));
  }

  /** Ask for everything, and show what changed. An answer that was overtaken by a later one is old news. */
  async function look(): Promise<void> {
    clearTimeout(looking);
    const turn = ++asked;
    try {
      const now = await api.state();
      if (turn < heard) return;
      heard = turn;
      hearClock(now);
      lease.hear(now.lease_held_by_tab);
      if (now.phase === "paused") {
        await pause();
      } else if (now.phase === "over") {
        await end(now.sealed_at !== null);
        if (now.sealed_at !== null) return;
      } else {
        room.inert = false;
        for (const view of views) {
          const item = now.items.find((one) => one.position === view.position);
          if (item === undefined) continue;
          view.hearSubmissions(item.submissions);
          if (view.journal.hear(item)) view.showJournal();
        }
      }
      panel?.show();
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
      lease.retry();
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

  /** The clock is stopped: what was typed is saved, and then this page makes room for one that does not show the tasks. */
  async function pause(): Promise<void> {
    room.inert = true;
    await flushAll();
    if (!journals.some((one) => one.unsent > 0)) location.reload();
  }

  /** More time, by a line of the ledger; which one it is and why stands on the page of the candidate's time. */
  function sayCredit(time: string): void {
    const credited = find(document, "#credited");
    say(credited, text("credited", { time }));
    credited.hidden = false;
  }

  /** The page's clock says so: the last words are sent at once, and the server is asked. It alone ends the exam. */
  function timeUp(): void {
    say(announcements, text("timeUp"));
    void flushAll().then(() => look());
    panel?.show();
  }

  /** The server says so. What is unsent goes to it all the same; when it has sealed, the page becomes the page of the result. */
  async function end(sealed: boolean): Promise<void> {
    if (!over) {
      over = true;
      observers.stop();
      lockAll(true);
      say(trouble, text("timeUp"));
      trouble.hidden = false;
    }
    await flushAll();
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
}

async function fetchModes(modes: Iterable<string>): Promise<void> {
  const editor = await import("./codemirror").catch(() => null);
  for (const mode of modes) void editor?.loadMode(mode);
}
