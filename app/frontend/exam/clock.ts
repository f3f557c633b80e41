// The time left. The server says how much; this counts down from there by the page's own steady clock, so that the clock of the
// device, however wrong or changed, has no effect. At zero nothing is decided here: the server seals.

import { find, say } from "./elements";
import type { Clock as ServerClock } from "./state";
import { text } from "./texts";

const MINUTE_S = 60;
const TICK_MS = 250;

/** Said once each, politely (WCAG 2.2.1): at half of the time, then at so many minutes. */
const ANNOUNCED_MINUTES = [15, 5, 1];
const HIDDEN_KEY = "sarap:clock-hidden";

/**
 * The least that is said when time is added. A slow start or a hiccup of the line is given back in seconds at nearly every start, and a
 * message about them costs more attention than they are worth; they stand in the ledger all the same.
 */
const CREDIT_SAID_FROM_S = 15;

export class Countdown {
  private remainingS = 0;
  private heardAt = 0;
  private announced = new Set<string>();
  private first = true;
  private ended = false;
  private stopped = false;
  private guessed = false;
  private ledger: number | null = null;
  private readonly face = find(document, "#clock");
  private readonly sign = find(document, "#clock-stopped");
  private readonly toggle = find(document, "#clock-toggle");
  private readonly announcements = find(document, "#announcements");

  constructor(
    private readonly allottedS: number,
    private readonly onEnd: () => void,
    /** The time ledger gave so much more time since the last answer: only what is worth a message. */
    private readonly onCredit: (time: string) => void,
  ) {
    this.toggle.addEventListener("click", () => this.hide(this.toggle.getAttribute("aria-pressed") !== "true"));
    this.hide(localStorage.getItem(HIDDEN_KEY) === "yes");
  }

  /** Every answer of the server brings its clock. */
  hear(clock: ServerClock): void {
    const expectedS = this.guessed ? null : this.leftS;
    this.guessed = false;
    this.stop(clock.paused === true);
    const ledger = clock.ledger_revision ?? 0;
    const before = this.ledger;
    this.ledger = Math.max(ledger, before ?? 0);
    this.count(clock.remaining_seconds);
    if (before === null || ledger <= before || expectedS === null) return;
    const gainedS = Math.round(clock.remaining_seconds - expectedS);
    if (gainedS >= CREDIT_SAID_FROM_S) this.onCredit(shownTime(gainedS));
  }

  private count(remainingS: number): void {
    this.remainingS = remainingS;
    this.heardAt = performance.now();
    if (remainingS > 0) this.ended = false;
    if (this.first) {
      // What was due before the page was opened is not said again after a reload.
      for (const mark of this.marks()) if (this.remainingS <= mark.atS) this.announced.add(mark.words);
      this.first = false;
      setInterval(() => this.tick(), TICK_MS);
    }
    this.tick();
  }

  /** No server to ask: the page is a kept one. What it shows until the line is back is a guess, and is shown as one. */
  guess(remainingS: number): void {
    this.guessed = true;
    this.count(remainingS);
  }

  get leftS(): number {
    return Math.max(0, this.remainingS - (this.stopped ? 0 : (performance.now() - this.heardAt) / 1000));
  }

  /** The clock of a break, or of a pause that a proctor made, stands still. */
  private stop(stopped: boolean): void {
    if (stopped !== this.stopped && !(this.first && !stopped)) say(this.announcements, text(stopped ? "clockStopped" : "clockRuns"));
    this.stopped = stopped;
    this.face.dataset["stopped"] = stopped ? "yes" : "no";
    this.sign.hidden = !stopped;
  }

  private tick(): void {
    const left = this.leftS;
    const shown = shownTime(Math.ceil(left));
    this.face.dataset["left"] = left <= 5 * MINUTE_S ? "little" : "enough";
    say(this.face, this.toggle.getAttribute("aria-pressed") === "true" ? text("hidden") : this.guessed ? `≈ ${shown}` : shown);
    for (const mark of this.marks()) {
      if (left <= mark.atS && !this.announced.has(mark.words)) {
        this.announced.add(mark.words);
        say(this.announcements, mark.words);
      }
    }
    if (left <= 0 && !this.ended) {
      this.ended = true;
      this.onEnd();
    }
  }

  private marks(): { atS: number; words: string }[] {
    const minutes = ANNOUNCED_MINUTES.filter((count) => count * MINUTE_S < this.allottedS);
    return [
      { atS: this.allottedS / 2, words: text("halfLeft") },
      ...minutes.map((count) => ({
        atS: count * MINUTE_S,
        words: count === 1 ? text("oneMinuteLeft") : text("minutesLeft", { minutes: count }),
      })),
    ];
  }

  private hide(hidden: boolean): void {
    this.toggle.setAttribute("aria-pressed", String(hidden));
    this.toggle.textContent = text(hidden ? "showClock" : "hideClock");
    this.toggle.setAttribute("aria-label", text(hidden ? "showClockLong" : "hideClockLong"));
    localStorage.setItem(HIDDEN_KEY, hidden ? "yes" : "no");
    if (!this.first) this.tick();
  }
}

function shownTime(wholeS: number): string {
  const hours = Math.floor(wholeS / 3600);
  const minutes = Math.floor((wholeS % 3600) / MINUTE_S);
  const pair = (value: number): string => String(value).padStart(2, "0");
  return `${hours > 0 ? `${hours}:${pair(minutes)}` : pair(minutes)}:${pair(wholeS % MINUTE_S)}`;
}
