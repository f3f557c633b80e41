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

export class Countdown {
  private remainingS = 0;
  private heardAt = 0;
  private announced = new Set<string>();
  private first = true;
  private ended = false;
  private readonly face = find(document, "#clock");
  private readonly toggle = find(document, "#clock-toggle");
  private readonly announcements = find(document, "#announcements");

  constructor(
    private readonly allottedS: number,
    private readonly onEnd: () => void,
  ) {
    this.toggle.addEventListener("click", () => this.hide(this.toggle.getAttribute("aria-pressed") !== "true"));
    this.hide(localStorage.getItem(HIDDEN_KEY) === "yes");
  }

  /** Every answer of the server brings its clock. */
  hear(clock: ServerClock): void {
    this.remainingS = clock.remaining_seconds;
    this.heardAt = performance.now();
    if (this.remainingS > 0) this.ended = false;
    if (this.first) {
      // What was due before the page was opened is not said again after a reload.
      for (const mark of this.marks()) if (this.remainingS <= mark.atS) this.announced.add(mark.words);
      this.first = false;
      setInterval(() => this.tick(), TICK_MS);
    }
    this.tick();
  }

  get leftS(): number {
    return Math.max(0, this.remainingS - (performance.now() - this.heardAt) / 1000);
  }

  private tick(): void {
    const left = this.leftS;
    const whole = Math.ceil(left);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor((whole % 3600) / MINUTE_S);
    const pair = (value: number): string => String(value).padStart(2, "0");
    const shown = `${hours > 0 ? `${hours}:${pair(minutes)}` : pair(minutes)}:${pair(whole % MINUTE_S)}`;
    this.face.dataset["left"] = left <= 5 * MINUTE_S ? "little" : "enough";
    say(this.face, this.toggle.getAttribute("aria-pressed") === "true" ? text("hidden") : shown);
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
