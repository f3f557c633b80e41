/** `setTimeout` counts in 32 bits: about 24 days. What is further away is looked at when the page is opened again. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** The page asks a moment later than the start, so that the server's clock has reached it. */
const AFTER_MS = 500;

/** Names come with the page: not every browser knows those of Kazakh. The days begin with Sunday. */
interface Calendar {
  days: string[];
  months: string[];
}

/** Write each moment on the device's own clock, where that shows another time than the clock of the place. */
export function ownTimes(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-own-time]")) {
    const moment = new Date(time.dateTime);
    const words = time.dataset["words"];
    const there = digits(moment, time.dataset["zone"]);
    const here = digits(moment);
    if (there === undefined || here === undefined || here === there) continue;
    const clock = here.slice(-"00:00".length);
    time.textContent = words === undefined ? clock : words.replace("{time}", `${day(moment, time.dataset["calendar"])}, ${clock}`);
    time.hidden = false;
    for (const note of root.querySelectorAll<HTMLElement>("[data-own-zone]")) note.hidden = false;
  }
}

/** The device's own day, as every page writes it: `жұма, 11 желтоқсан`, `Friday, 11 December`. */
function day(moment: Date, words: string | undefined): string {
  const { days, months } = JSON.parse(words ?? "") as Calendar;
  return `${days[moment.getDay()] ?? ""}, ${moment.getDate()} ${months[moment.getMonth()] ?? ""}`;
}

/** Day and time in a zone, or in the device's own: `11/12, 14:30`. A browser that has never heard of a zone says nothing about it. */
function digits(moment: Date, timeZone?: string): string | undefined {
  try {
    const style: Intl.DateTimeFormatOptions = { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
    return new Intl.DateTimeFormat("en-GB", style).format(moment);
  } catch {
    return undefined;
  }
}

/** Load the page again when the server said that it opens; counted on the monotonic clock, whatever the device's clock does. */
export function whenOpen(root: ParentNode): void {
  const waits = root.querySelector<HTMLElement>("[data-opens-in]");
  const inMs = Number(waits?.dataset["opensIn"] ?? NaN);
  if (Number.isFinite(inMs) && inMs < TIMER_MAX_MS) setTimeout(() => location.reload(), inMs + AFTER_MS);
}
