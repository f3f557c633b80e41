// The player of a journal: shows the text of an item as it was at any time.
//
//   <section data-player="/results/6f1d…/journal/2/edits" hidden>…</section>
//
// The page lists every save without it. Places in an edit are counted in UTF-16 code units, which is how this language counts.

/** What is longer without an edit is a pause, and lasts so long when pauses are jumped over. */
const PAUSE_MS = 2_000;
/** A browser's timer cannot be set later. */
const LONGEST_WAIT_MS = 2_000_000_000;

interface Edit {
  n: number;
  at: number;
  language: string;
  file: string;
  changes?: [number, number, string][];
  whole?: string;
  removed?: true;
  chosen?: true;
}

interface Revision {
  revision: number;
  saved_at: string;
  edits: string[];
}

interface Frame {
  edit: Edit;
  revision: number;
  /** When it was made, by the save that brought it and the page's own clock. */
  time: number;
}

/** How often the whole state is kept, so that going back replays few edits. */
const KEPT_EVERY = 200;

type Drafts = Map<string, Map<string, string>>;

/** As in the list below it: the centre's clock, with seconds. */
const clockOf = (section: HTMLElement): Intl.DateTimeFormatOptions => ({ timeStyle: "medium", hourCycle: "h23", timeZone: section.dataset["timeZone"] });

class Player {
  private readonly kept: Drafts[] = [new Map()];
  private drafts: Drafts = new Map();
  private place = 0;
  private timer: number | undefined;

  constructor(
    private readonly section: HTMLElement,
    private readonly frames: Frame[],
  ) {
    this.slider.max = String(frames.length);
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.button("play").addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.button("back").addEventListener("click", () => this.step(-1));
    this.button("forward").addEventListener("click", () => this.step(1));
    for (const name of ["speed", "jump"]) {
      this.find(name).addEventListener("change", () => {
        if (this.playing) this.schedule();
      });
    }
    this.go(frames.length);
    section.hidden = false;
  }

  private get playing(): boolean {
    return this.timer !== undefined;
  }

  private get slider(): HTMLInputElement {
    return this.find<HTMLInputElement>("place");
  }

  private play(): void {
    if (this.place === this.frames.length) this.go(0);
    this.schedule();
    this.showPlaying();
  }

  private pause(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.showPlaying();
  }

  private step(by: number): void {
    this.pause();
    this.go(Math.min(Math.max(this.place + by, 0), this.frames.length));
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const next = this.frames[this.place];
    if (next === undefined) {
      this.pause();
      return;
    }
    const before = this.frames[this.place - 1];
    let wait = before === undefined ? 0 : next.time - before.time;
    if (this.find<HTMLInputElement>("jump").checked) wait = Math.min(wait, PAUSE_MS);
    wait /= Number(this.find<HTMLSelectElement>("speed").value);
    this.timer = setTimeout(
      () => {
        this.go(this.place + 1);
        this.schedule();
      },
      Math.min(wait, LONGEST_WAIT_MS),
    );
  }

  private go(place: number): void {
    if (place < this.place) {
      const kept = Math.floor(place / KEPT_EVERY);
      this.drafts = copy(this.kept[kept] ?? new Map<string, Map<string, string>>());
      this.place = kept * KEPT_EVERY;
    }
    while (this.place < place) {
      const frame = this.frames[this.place];
      if (frame !== undefined) apply(this.drafts, frame.edit);
      this.place += 1;
      if (this.place % KEPT_EVERY === 0) this.kept[this.place / KEPT_EVERY] ??= copy(this.drafts);
    }
    this.show();
  }

  private show(): void {
    const frame = this.frames[this.place - 1];
    const files = frame === undefined ? undefined : this.drafts.get(frame.edit.language);
    this.find("text").textContent = files?.get(frame?.edit.file ?? "") ?? "";
    const time = this.find<HTMLTimeElement>("time");
    time.textContent = frame === undefined ? "" : new Date(frame.time).toLocaleTimeString(document.documentElement.lang, clockOf(this.section));
    time.dateTime = frame === undefined ? "" : new Date(frame.time).toISOString();
    const where = frame === undefined ? [] : [frame.edit.language, frame.edit.file];
    this.find("where").textContent = [`${this.place} / ${this.frames.length}`, ...where].filter(Boolean).join(" · ");
    this.slider.value = String(this.place);
    this.slider.setAttribute("aria-valuetext", `${time.textContent ?? ""} ${this.find("where").textContent ?? ""}`.trim());
  }

  private showPlaying(): void {
    this.button("play").setAttribute("aria-pressed", String(this.playing));
    this.find("play-word").hidden = this.playing;
    this.find("pause-word").hidden = !this.playing;
  }

  private button(name: string): HTMLButtonElement {
    return this.find<HTMLButtonElement>(name);
  }

  private find<Kind extends HTMLElement = HTMLElement>(name: string): Kind {
    const found = this.section.querySelector<Kind>(`[data-${name}]`);
    if (found === null) throw new Error(`no data-${name}`);
    return found;
  }
}

function framesOf(revisions: Revision[]): Frame[] {
  const frames: Frame[] = [];
  for (const one of revisions) {
    const edits = one.edits.map((text) => JSON.parse(text) as Edit);
    const saved = Date.parse(one.saved_at);
    const last = edits.at(-1)?.at ?? 0;
    for (const edit of edits) {
      const time = saved - Math.max(0, last - edit.at);
      // A tab that was loaded anew counts from nought again: time never goes back here.
      frames.push({ edit, revision: one.revision, time: Math.max(time, frames.at(-1)?.time ?? time) });
    }
  }
  return frames;
}

function apply(drafts: Drafts, edit: Edit): void {
  let files = drafts.get(edit.language);
  if (files === undefined) drafts.set(edit.language, (files = new Map()));
  if (edit.whole !== undefined) files.set(edit.file, edit.whole);
  else if (edit.removed) files.delete(edit.file);
  else if (edit.changes !== undefined) {
    const text = files.get(edit.file) ?? "";
    let made = "";
    let done = 0;
    for (const [from, to, inserted] of edit.changes) {
      made += text.slice(done, from) + inserted;
      done = to;
    }
    files.set(edit.file, made + text.slice(done));
  }
}

function copy(drafts: Drafts): Drafts {
  return new Map([...drafts].map(([language, files]) => [language, new Map(files)]));
}

for (const section of document.querySelectorAll<HTMLElement>("[data-player]")) void open(section);

/** The whole journal, which comes in parts. */
async function revisionsAt(address: string): Promise<Revision[]> {
  const revisions: Revision[] = [];
  for (let more = true; more; ) {
    const answer = await fetch(`${address}?after=${revisions.at(-1)?.revision ?? 0}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const part = (await answer.json()) as { revisions: Revision[]; more: boolean };
    revisions.push(...part.revisions);
    more = part.more && part.revisions.length > 0;
  }
  return revisions;
}

async function open(section: HTMLElement): Promise<void> {
  try {
    new Player(section, framesOf(await revisionsAt(section.dataset["player"] ?? "")));
  } catch {
    const fault = section.querySelector<HTMLElement>("[data-player-fault]");
    for (const part of section.querySelectorAll<HTMLElement>(".player-bar, .player-place, .player-text")) part.hidden = true;
    if (fault !== null) fault.hidden = false;
    section.hidden = false;
  }
}
