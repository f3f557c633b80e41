/** `setTimeout` counts in 32 bits: about 24 days. What is further away is looked at when the page is opened again. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** The page asks a moment later than the start, so that the server's clock has reached it. */
const AFTER_MS = 500;

/** The day before the month, as on every page. */
const LOCALES: Record<string, string> = { en: "en-GB" };
const language = (): string => LOCALES[document.documentElement.lang] ?? document.documentElement.lang;

/** Write each moment on the device's own clock, where that shows another time than the clock of the place. */
export function ownTimes(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-own-time]")) {
    const moment = new Date(time.dateTime);
    const words = time.dataset["words"];
    const style: Intl.DateTimeFormatOptions =
      words === undefined
        ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
        : { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const there = shown(moment, { ...style, timeZone: time.dataset["zone"] });
    const here = shown(moment, style);
    if (there === undefined || here === undefined || here === there) continue;
    time.textContent = words === undefined ? here : words.replace("{time}", here);
    time.hidden = false;
    for (const note of root.querySelectorAll<HTMLElement>("[data-own-zone]")) note.hidden = false;
  }
}

/** A browser that has never heard of a zone says nothing about it. */
function shown(moment: Date, style: Intl.DateTimeFormatOptions): string | undefined {
  try {
    return new Intl.DateTimeFormat(language(), style).format(moment);
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
