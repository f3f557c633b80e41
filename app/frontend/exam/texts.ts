// Words that appear while the page runs. The template translates them; `{name}` is filled in here.

type Texts = Record<string, string | Record<string, string>>;

let texts: Texts = {};
let timeZone: string | undefined;

/** Times are told in the centre's time zone, as on every other page. */
export function loadTexts(element: HTMLElement | null, centreTimeZone: string | undefined): void {
  timeZone = centreTimeZone;
  texts = JSON.parse(element?.textContent ?? "{}") as Texts;
}

export function text(key: string, values: Record<string, string | number> = {}): string {
  const found = texts[key];
  const words = typeof found === "string" ? found : key;
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A word for a code, e.g. `word("verdicts", "WA")`. */
export function word(group: string, code: string): string {
  const found = texts[group];
  return typeof found === "object" ? (found[code] ?? code) : code;
}

/** The words of the editor's own panels (CodeMirror's `EditorState.phrases`). */
export function phrases(): Record<string, string> {
  const found = texts["phrases"];
  return typeof found === "object" ? found : {};
}

const language = (): string => document.documentElement.lang || "en";

export function timeOfDay(moment: string): string {
  return new Date(moment).toLocaleTimeString(language(), { timeStyle: "medium", hourCycle: "h23", timeZone });
}

/** Some browsers do not know how Kazakh writes numbers; it writes them as Russian does. */
const NUMBERS: Record<string, string> = { kk: "ru" };

export function decimal(value: number, places = 2): string {
  return value.toLocaleString(NUMBERS[language()] ?? language(), { maximumFractionDigits: places });
}
