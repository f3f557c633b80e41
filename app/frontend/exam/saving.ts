// What the candidate sees of saving: one line that is always there, a calm notice when something is in the way, and a panel with the
// revision, the time and the unsent edits of each task, from which the receipts can be downloaded.

import { find, make, say } from "./elements";
import type { ItemJournal } from "./journal";
import type { Lease } from "./lease";
import { downloadReceipts } from "./receipts";
import type { JournalStore } from "./store";
import { text, timeOfDay } from "./texts";

/** So much of a head is enough to compare by eye. */
const SHORT_HEAD = 12;

export interface SavingOptions {
  sessionId: string;
  store: JournalStore;
  lease: Lease;
  journals: () => readonly ItemJournal[];
  /** Whether the page's clock says that the time is up. */
  timeIsUp: () => boolean;
}

export class SavingPanel {
  private readonly line = find(document, "#save-state");
  private readonly count = find(document, "#save-count");
  private readonly trouble = find(document, "#trouble");
  private readonly keeping = find(document, "#keeping");
  private readonly dialog = find<HTMLDialogElement>(document, "#saved-dialog");
  private readonly rows = find(this.dialog, "[data-saved-rows]");
  private readonly hinted = new Set<string>();

  constructor(private readonly options: SavingOptions) {
    find(document, "#saved-open").addEventListener("click", () => {
      this.showRows();
      this.dialog.showModal();
    });
    find(this.dialog, "[data-receipts]").addEventListener("click", () => void downloadReceipts(options.sessionId, options.store));
    this.showKeeping();
  }

  /** One line for all tasks: the worst news first. */
  show(): void {
    const journals = this.options.journals();
    const states = journals.map((one) => one.state);
    const { standing } = this.options.lease;
    const unsent = journals.reduce((sum, one) => sum + one.unsent, 0);
    const last = journals.flatMap((one) => (one.savedAt === null ? [] : [one.savedAt])).sort().pop();
    const savedAt = last === undefined ? "" : timeOfDay(last);
    const failing = states.find((one) => one.kind === "retrying");
    const problem = failing?.problem ?? (standing.kind === "asking" ? standing.problem : null);
    if (states.some((one) => one.kind === "closed")) this.tell("closed");
    else if (standing.kind === "elsewhere") this.tell("readOnly");
    else if (states.some((one) => one.kind === "late")) this.tell("late");
    else if (problem !== null && unsent > 0) this.tell(savedAt === "" ? "retrying" : "retryingSince", savedAt);
    else if (states.some((one) => one.kind === "refused" || one.kind === "conflict")) this.tell("unsaved");
    else if (savedAt !== "") this.tell("saved", savedAt);
    else if (unsent > 0) this.tell("unsaved");
    this.line.dataset["state"] = problem === null ? "well" : "failing";
    // Not a live region: it changes with every second of typing.
    say(this.count, unsent > 0 && standing.kind !== "elsewhere" ? text("unsent", { count: unsent }) : "");
    this.showTrouble(problem?.status ?? null, states.some((one) => one.kind === "late"));
    if (this.dialog.open) this.showRows();
  }

  /** Where this browser keeps what is unsent; said when it is not the usual place. */
  showKeeping(): void {
    const { durability } = this.options.store;
    this.keeping.hidden = durability === "database";
    say(this.keeping, durability === "database" ? "" : text(durability === "local" ? "keptLocally" : "keptInMemory"));
  }

  private tell(key: string, time = ""): void {
    say(this.line, text(key, { time }));
  }

  private showTrouble(status: number | null, late: boolean): void {
    let words = "";
    if (late) words = text("lateLong");
    else if (status === 401) words = text("signInAgain");
    else if (status !== null) words = text(this.options.timeIsUp() ? "offlineTimeUp" : "offline");
    if (words !== "") this.hinted.add(words);
    else if (!this.hinted.has(this.trouble.textContent ?? "")) return; // somebody else's words
    say(this.trouble, words);
    this.trouble.hidden = words === "";
  }

  private showRows(): void {
    const rows = this.options.journals().map((one) => {
      const head = make("code", "", one.head.slice(0, SHORT_HEAD));
      head.title = one.head;
      const title = make("th", "", String(one.position));
      title.scope = "row";
      return make(
        "tr",
        "",
        title,
        make("td", "", one.savedAt === null ? text("savedNever") : timeOfDay(one.savedAt)),
        make("td", "", String(one.revision)),
        make("td", "", String(one.unsent)),
        make("td", "", one.revision === 0 ? "–" : head),
      );
    });
    const columns = [...this.dialog.querySelectorAll("thead th")];
    // On a phone each row is a card, whose cells say themselves what they are.
    for (const row of rows) [...row.children].forEach((cell, place) => cell.setAttribute("data-label", columns[place]?.textContent ?? ""));
    this.rows.replaceChildren(...rows);
  }
}
