// The page for numbers: a line for each number that was typed or dropped in, found without telling the centre which.
// The words for every outcome are in the page itself, translated.

import { Lookup, readNumber, TellsWhich } from "../verify/number";
import { type Calendar, writtenDate } from "../verify/words";

const NUMBERS_MAX = 2000;

const form = document.querySelector<HTMLFormElement>("#numbers-form");
const typed = document.querySelector<HTMLTextAreaElement>("#numbers");
const file = document.querySelector<HTMLInputElement>("#numbers-file");
const list = document.getElementById("numbers-found");
const status = document.getElementById("numbers-status");
const words = document.getElementById("numbers-words")?.dataset ?? {};

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void lookUp();
});
file?.addEventListener("change", () => void readFile());
if (form !== null) form.hidden = false;

/** Takes what looks like a number from each line of a table. */
async function readFile(): Promise<void> {
  const chosen = file?.files?.[0];
  if (chosen === undefined || typed === null) return;
  const lines = (await chosen.text()).split(/\r?\n/);
  const cells = lines.map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"|"$/g, "")));
  typed.value = cells.map((line) => line.find((cell) => readNumber(cell) !== undefined) ?? line[0] ?? "").join("\n");
}

async function lookUp(): Promise<void> {
  if (typed === null || list === null || status === null) return;
  const lines = typed.value.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  list.replaceChildren();
  const lookup = new Lookup();
  const asked = lines.slice(0, NUMBERS_MAX);
  const items = new Map<number, HTMLElement>();
  // The order of a table would say who came when.
  for (const place of shuffled(asked.length)) {
    items.set(place, await found(lookup, asked[place] ?? ""));
    status.textContent = `${items.size} / ${asked.length}`;
  }
  list.append(...asked.flatMap((_, place) => items.get(place) ?? []));
  if (lines.length > NUMBERS_MAX) status.textContent += ` (${words.many ?? ""})`;
}

function shuffled(count: number): number[] {
  const keys = crypto.getRandomValues(new Uint32Array(count));
  return [...keys.keys()].sort((one, other) => (keys[one] ?? 0) - (keys[other] ?? 0));
}

async function found(lookup: Lookup, line: string): Promise<HTMLElement> {
  const number = readNumber(line);
  if (number === undefined) return shown(line.slice(0, 64), "mistyped", "warn");
  try {
    const facts = await lookup.find(number);
    if (facts === undefined) return shown(number, "unknown", "bad");
    const tones = { good: "ok", revoked: "bad", suspended: "warn", expired: "bad" } as const;
    const until = facts.validUntil === null ? "" : ` – ${written(facts.validUntil)}`;
    return shown(number, facts.status, tones[facts.status], `${facts.achievement}, ${written(facts.awarded)}${until}`);
  } catch (error) {
    return shown(number, error instanceof TellsWhich ? "telling" : "unreachable", "neutral");
  }
}

function written(day: string): string {
  return writtenDate(JSON.parse(words.calendar ?? "") as Calendar, day);
}

function shown(number: string, word: string, tone: string, more = ""): HTMLElement {
  const item = document.createElement("li");
  item.className = "card";
  const name = document.createElement("p");
  name.className = "mono small";
  name.textContent = number;
  const said = document.createElement("p");
  const tag = document.createElement("span");
  tag.className = `tag tag-${tone}`;
  tag.textContent = words[word] ?? word;
  said.append(tag, ` ${more}`);
  item.append(name, said);
  return item;
}
