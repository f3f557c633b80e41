// Earlier states of a task's text: from the server's journal, on whatever machine they were written, and from the journal that this
// browser keeps, which also has what is not acknowledged yet and what another text overtook. Going back is a new edit like any other:
// nothing of what was written since is lost, and one can go forward again.

import { type Api, type ServedRevision } from "./api";
import { apply, copyOf, type Edit, type Files, firstHead, nextHead, type Work } from "./chain";
import { find, make, say } from "./elements";
import type { ItemJournal } from "./journal";
import type { JournalStore, KeptLine } from "./store";
import { text, timeOfDay } from "./texts";

/** A state is shown when the keys rested for so long after it: what was in the middle of a word tells nobody anything. */
const REST_MS = 15_000;
/** While typing goes on without a rest, at least one state in so long. */
const AT_LEAST_EVERY_MS = 120_000;
const SHOWN_MOST = 200;

/** A line of either journal, as far as showing it needs. */
type ShownLine = Pick<KeptLine, "kind" | "head" | "wall" | "edit" | "work">;

interface EarlierState {
  wall: number;
  head: string;
  language: string;
  files: Files;
}

export interface HistoryOptions {
  sessionId: string;
  api: Api;
  store: JournalStore;
  journal: ItemJournal;
  /** How a programming language is called. */
  named: (language: string) => string;
  mayWrite: () => boolean;
  goBackTo: (language: string, files: Files) => void;
}

/** The control that opens the history of one task. */
export function historyButton(options: HistoryOptions): HTMLElement {
  const button = make("button", "button button-quiet button-small", text("history"));
  const served = new ServedJournal(options.api, options.sessionId, options.journal.position);
  button.type = "button";
  button.addEventListener("click", () => void open(options, served));
  return button;
}

/** The server's journal of an item as lines; what was fetched once is not fetched again. */
export class ServedJournal {
  readonly lines: ShownLine[] = [];
  private revision = 0;
  private head: string;
  private fetching: Promise<void> | null = null;

  constructor(
    private readonly api: Pick<Api, "revisions">,
    sessionId: string,
    private readonly position: number,
  ) {
    this.head = firstHead(sessionId, position);
  }

  /** Fetch what is new. Rejects where the server cannot be reached: `lines` is then what was fetched before. */
  fetch(): Promise<void> {
    this.fetching ??= this.fetchAll().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  private async fetchAll(): Promise<void> {
    for (let more = true; more; ) {
      const part = await this.api.revisions(this.position, this.revision);
      for (const one of part.revisions) this.take(one);
      more = part.more && part.revisions.length > 0;
    }
  }

  private take(one: ServedRevision): void {
    const edits = one.edits.map((written) => JSON.parse(written) as Edit);
    const last = edits.at(-1)?.at ?? 0;
    const saved = Date.parse(one.saved_at);
    one.edits.forEach((written, place) => {
      this.head = nextHead(this.head, written);
      // A page that was opened anew counts from nought again: time never goes back here.
      const wall = Math.max(saved - Math.max(0, last - (edits[place]?.at ?? last)), this.lines.at(-1)?.wall ?? 0);
      this.lines.push({ kind: "edit", head: this.head, wall, edit: written });
    });
    this.revision = one.revision;
  }
}

/** Counts openings: what is still on its way for an older one is for nobody. */
let openings = 0;

async function open(options: HistoryOptions, served: ServedJournal): Promise<void> {
  openings += 1;
  const opening = openings;
  await options.journal.flush();
  const kept = await options.store.history(options.sessionId, options.journal.position);
  if (opening !== openings) return;
  const dialog = find<HTMLDialogElement>(document, "#history-dialog");
  const list = find(dialog, "[data-history-list]");
  const preview = find(dialog, "[data-history-text]");
  const back = find<HTMLButtonElement>(dialog, "[data-history-back]");
  const line = find(dialog, "[data-history-state]");
  let chosen: EarlierState | null = null;
  let fetching = true;

  const show = (): void => {
    const states = allStates(served.lines, kept);
    const focused = list.contains(document.activeElement);
    const buttons = states.map((state) => {
      const size = [...state.files.values()].reduce((sum, content) => sum + content.length, 0);
      const when = timeOfDay(new Date(state.wall).toISOString());
      const button = make("button", "button button-quiet button-small", text("historyState", { time: when, language: options.named(state.language), size }));
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        chosen = state;
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
        preview.replaceChildren(...previewOf(state.files));
        back.hidden = !options.mayWrite();
      });
      return button;
    });
    list.replaceChildren(...buttons.map((button) => make("li", "", button)));
    const was = chosen;
    const again = was === null ? undefined : buttons[states.findIndex((state) => state.head === was.head || same(state, was))];
    again?.setAttribute("aria-pressed", "true");
    if (focused) (again ?? buttons[0])?.focus();
    find(dialog, "[data-history-none]").hidden = states.length > 0 || fetching;
  };

  back.hidden = true;
  preview.replaceChildren();
  find(dialog, "[data-history-title]").textContent = text("historyOf", { position: options.journal.position });
  back.onclick = () => {
    if (chosen === null) return;
    dialog.close();
    options.goBackTo(chosen.language, chosen.files);
  };
  say(line, text("historyFetching"));
  show();
  dialog.showModal();
  try {
    await served.fetch();
    if (opening === openings) say(line, "");
  } catch {
    if (opening === openings) say(line, text("historyHereOnly"));
  }
  fetching = false;
  if (opening === openings) show();
}

function previewOf(files: Files): Node[] {
  return [...files].map(([name, content]) => {
    const source = make("pre", "", content);
    source.tabIndex = 0;
    return name === "" ? source : make("figure", "", make("figcaption", "", name), source);
  });
}

/** Newest first: what this browser has, and of the server's journal what this browser has not. */
export function allStates(served: readonly ShownLine[], kept: readonly ShownLine[]): EarlierState[] {
  const walls = new Map(served.map((line) => [line.head, line.wall]));
  const typedHere = new Set(kept.filter((line) => line.kind === "edit").map((line) => line.head));
  // The clock of this device may be wrong: where both have a line the server says when that was, and how wrong it is.
  const shared = kept.filter((line) => line.kind === "edit" && walls.has(line.head)).at(-1);
  const behind = shared === undefined ? 0 : (walls.get(shared.head) ?? shared.wall) - shared.wall;
  const here = statesOf(kept).map((state) => ({ ...state, wall: walls.get(state.head) ?? state.wall + behind }));
  const elsewhere = statesOf(served).filter((state) => !typedHere.has(state.head));
  const states = [...elsewhere, ...here].sort((one, other) => one.wall - other.wall);
  const told = states.filter((state, place) => place === 0 || !same(state, states[place - 1]));
  return told.slice(-SHOWN_MOST).reverse();
}

/** Oldest first. Lines that left the chain are states too: that is where a text went that another one overtook. */
function statesOf(lines: readonly ShownLine[]): EarlierState[] {
  const states: EarlierState[] = [];
  let work: Work = { language: "", texts: new Map() };
  let last: EarlierState | null = null;
  let shownAt = 0;
  for (const line of lines) {
    if (last !== null && (line.wall - last.wall > REST_MS || line.wall - shownAt > AT_LEAST_EVERY_MS || line.kind === "begin")) {
      states.push(last);
      shownAt = last.wall;
    }
    if (line.kind === "begin" && line.work !== undefined) work = copyOf(line.work);
    if (line.kind === "edit" && line.edit !== undefined) {
      try {
        apply(work, JSON.parse(line.edit) as Edit);
      } catch (error) {
        // Lines of two tabs may stand between each other; one that does not fit shows nothing.
        if (error instanceof RangeError) continue;
        throw error;
      }
    }
    const files = work.texts.get(work.language);
    last = files === undefined ? last : { wall: line.wall, head: line.head, language: work.language, files: new Map(files) };
  }
  if (last !== null) states.push(last);
  return states;
}

function same(one: EarlierState, other: EarlierState | undefined): boolean {
  if (other === undefined || one.language !== other.language || one.files.size !== other.files.size) return false;
  return [...one.files].every(([name, content]) => other.files.get(name) === content);
}
