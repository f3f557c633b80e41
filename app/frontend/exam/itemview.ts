// One task of the exam: its editor, its languages, its saves, sample runs and hand-ins.

import { type Api, Problem, type Program } from "./api";
import type { Files } from "./chain";
import { Desk } from "./desk";
import { find, make, say } from "./elements";
import { type ItemJournal, newestDraft, type SaveState } from "./journal";
import type { Lease } from "./lease";
import { startOwnInput } from "./owninput";
import { showReport, showSubmissions, standing } from "./results";
import { needsProof, prove } from "./lockdown";
import type { Aside, Clock, Fault, Item, Language, Submission } from "./state";
import { text, timeOfDay } from "./texts";
import { startTranslationReport } from "./translation";

const RUN_FIRST_LOOK_MS = 400;
const RUN_LOOK_EVERY_MS = 800;
const RUN_LATE_MS = 15_000;
const RUN_GIVE_UP_MS = 120_000;

export interface ItemOptions {
  api: Api;
  sessionId: string;
  nonce: string;
  item: Item;
  journal: ItemJournal;
  lease: Lease;
  onClock: (clock: Clock) => void;
  /** The exam is over, says the server. */
  onClosed: () => void;
  /** A verdict that was not there before. */
  onVerdict: (item: Item, submission: Submission) => void;
}

export class ItemView {
  readonly position: number;
  readonly journal: ItemJournal;
  private readonly root: HTMLElement;
  private readonly desk: Desk;
  private readonly choice: HTMLSelectElement;
  private language: string;
  private submissions: Submission[];

  constructor(private readonly options: ItemOptions) {
    const { item } = options;
    this.position = item.position;
    this.journal = options.journal;
    this.root = find(document, `#item-${item.position}`);
    this.choice = find<HTMLSelectElement>(this.root, "[data-language]");
    for (const one of item.languages) this.choice.append(new Option(`${one.name} · ${one.version}`, one.code));
    this.language = this.newestLanguage();
    this.submissions = item.submissions;
    this.desk = new Desk({
      root: find(this.root, ".workbench"),
      position: item.position,
      nonce: options.nonce,
      leaveTo: find(this.root, "[data-run]"),
      onEdit: () => this.edited(),
      onBlur: () => void this.journal.flush(),
    });
    this.showLanguage(this.language);
    this.choice.addEventListener("change", () => this.chooseLanguage(this.choice.value));
    find(this.root, "[data-run]").addEventListener("click", () => void this.runSamples(null));
    startOwnInput(this.root, (input) => void this.runSamples(input));
    startTranslationReport(this.root, item.position, options.api);
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void this.runSamples(null);
      }
    }, true);
    find(this.root, "[data-submit]").addEventListener("click", () => void this.handIn());
    this.showSubmissions();
  }

  get program(): Program {
    return { language: this.language, source: this.desk.source, files: this.desk.further };
  }

  /** All files of the program as they stand in the editor; "" is the main one. */
  get files(): Files {
    return this.desk.files;
  }

  /** Where other parts of the page put a control of their own. */
  get bar(): HTMLElement {
    return find(this.root, ".workbench-bar");
  }

  get waiting(): boolean {
    return this.submissions.some((one) => one.verdict === null);
  }

  /** What the server says of the hand-ins now. */
  hearSubmissions(submissions: Submission[]): void {
    const judged = new Set(this.submissions.filter((one) => one.verdict !== null).map((one) => one.submission_id));
    const before = JSON.stringify(this.submissions);
    this.submissions = submissions;
    if (JSON.stringify(submissions) === before) return;
    this.showSubmissions();
    const line = find(this.root, "[data-action-state]");
    if (!this.waiting && line.textContent === text("handedIn")) say(line, "");
    for (const one of submissions) {
      if (one.verdict !== null && !judged.has(one.submission_id)) this.options.onVerdict(this.options.item, one);
    }
  }

  usePlain(plain: boolean): void {
    this.desk.usePlain(plain);
  }

  /** Nothing can be typed: the exam is over, or goes on elsewhere. */
  lock(locked: boolean): void {
    this.desk.lock(locked);
    this.choice.disabled = locked;
    for (const control of this.root.querySelectorAll<HTMLButtonElement>("[data-run], [data-submit]")) control.disabled = locked;
  }

  /** A text of before this page was opened is on its way. */
  sayRestored(): void {
    if (this.journal.restored && this.journal.unsent > 0) say(find(this.root, "[data-action-state]"), text("restored"));
  }

  /** Show what the journal holds: it was changed by something else than typing here. */
  showJournal(): void {
    this.showLanguage(this.newestLanguage());
  }

  /** Put an earlier text into the editor, as if it had been typed: nothing of what was there since is lost. */
  goBackTo(language: string, files: Files): void {
    if (this.known(language) === undefined) return;
    this.journal.edited(language, files);
    this.showLanguage(language);
    this.desk.focus();
  }

  private newestLanguage(): string {
    return this.journal.language || (this.options.item.languages[0]?.code ?? "");
  }

  private known(code: string): Language | undefined {
    return this.options.item.languages.find((one) => one.code === code);
  }

  private showLanguage(code: string): void {
    const known = this.known(code);
    this.language = code;
    this.choice.value = code;
    if (known === undefined) return;
    this.desk.show(known, this.journal.files(code));
    say(find(this.root, "[data-toolchain]"), known.toolchain);
  }

  private chooseLanguage(code: string): void {
    // A text that nobody touched is a template: it is not in the journal, so that it is never taken for work.
    this.showLanguage(code);
    // A text that was written before and is taken up again is what the candidate works on now.
    this.journal.chose(code);
    void this.journal.flush();
  }

  private edited(): void {
    this.journal.edited(this.language, this.files);
  }

  /** The journal says how its saving stands. */
  saveChanged(state: SaveState): void {
    const line = find(this.root, "[data-item-state]");
    say(line, state.kind === "refused" ? text("refused", { reason: state.problem.detail }) : "");
    const restored = find(this.root, "[data-action-state]");
    if (state.kind === "saved" && restored.textContent === text("restored")) say(restored, "");
    if (state.kind === "conflict") void this.showConflict();
    if (state.kind === "closed") this.options.onClosed();
  }

  private async showConflict(): Promise<void> {
    const notice = find(this.root, "[data-conflict]");
    let item: Item | undefined;
    try {
      item = (await this.options.api.state()).items.find((one) => one.position === this.position);
    } catch {
      setTimeout(() => void this.showConflict(), RUN_LATE_MS);
      return;
    }
    const other = item === undefined ? undefined : newestDraft(item);
    if (item === undefined || other === undefined) return;
    const mine = make("button", "button button-small", text("conflictMine"));
    const theirs = make("button", "button button-quiet button-small", text("conflictOther"));
    mine.type = theirs.type = "button";
    const language = this.known(other.language)?.name ?? other.language;
    const shown = folded(text("conflictShow", { language, time: timeOfDay(other.saved_at) }), other.source);
    const settle = (): void => {
      notice.hidden = true;
      this.desk.focus();
    };
    mine.addEventListener("click", () => {
      settle();
      this.journal.resolve(item, true);
    });
    theirs.addEventListener("click", () => {
      this.journal.resolve(item, false);
      this.showJournal();
      settle();
    });
    notice.replaceChildren(make("p", "", text("conflict")), shown, make("p", "cluster", mine, theirs));
    notice.setAttribute("role", "alert");
    notice.hidden = false;
  }

  /** A text that another page of the candidate left beside the chain: shown until they have chosen. */
  showAside(aside: Aside): void {
    const notice = find(this.root, "[data-asides]");
    const language = this.known(aside.language)?.name ?? aside.language;
    const values = { language, time: timeOfDay(aside.received_at), device: aside.device };
    const take = make("button", "button button-small", text("asideTake"));
    const leave = make("button", "button button-quiet button-small", text("asideLeave"));
    take.type = leave.type = "button";
    const entry = make("div", "stack stack-tight", make("p", "", text("aside", values)), folded(text("asideShow"), aside.source));
    entry.append(make("p", "cluster", take, leave));
    const settle = (): void => {
      entry.remove();
      notice.hidden = notice.childElementCount === 0;
      void this.options.api.takeAside(aside.aside_id).catch(() => undefined);
    };
    take.addEventListener("click", () => {
      settle();
      this.goBackTo(aside.language, new Map([["", aside.source], ...Object.entries(aside.files)]));
    });
    leave.addEventListener("click", () => {
      settle();
      this.desk.focus();
    });
    notice.append(entry);
    notice.hidden = false;
  }

  /** Run on the samples, or on one's own input. */
  private async runSamples(input: string | null): Promise<void> {
    const button = find<HTMLButtonElement>(this.root, "[data-run]");
    const line = find(this.root, "[data-action-state]");
    const results = find(this.root, "[data-samples]");
    if (button.getAttribute("aria-disabled") === "true") return;
    // Not `disabled`: the focus would be lost.
    button.setAttribute("aria-disabled", "true");
    say(line, text(input === null ? "running" : "runningOwn"));
    try {
      let run = await this.options.api.runSamples(this.position, this.program, input);
      const began = performance.now();
      let pause = RUN_FIRST_LOOK_MS;
      while (run.report === null && performance.now() - began < RUN_GIVE_UP_MS) {
        await new Promise((done) => setTimeout(done, pause));
        pause = RUN_LOOK_EVERY_MS;
        if (performance.now() - began > RUN_LATE_MS) say(line, text("runLate"));
        run = await this.options.api.sampleRun(this.position, run.sample_run_id).catch(() => run);
      }
      say(line, run.report === null ? text("runFailed") : "");
      if (run.report !== null) {
        showReport(results, this.options.item, run.report, run.faults ?? [], (fault) => this.desk.jump(fault));
        this.desk.mark(run.faults ?? []);
      }
    } catch (error) {
      this.refuse(error, line);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  private async handIn(): Promise<void> {
    const button = find<HTMLButtonElement>(this.root, "[data-submit]");
    const line = find(this.root, "[data-action-state]");
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    say(line, text("handingIn"));
    try {
      const named = await this.settledText();
      const lease = this.options.lease.id;
      if (named === null || lease === null) {
        say(line, text("handInNotSaved"));
        return;
      }
      if (needsProof(find(document, "#exam"))) await prove(this.options.sessionId, "hand_in");
      // The stream of changes may tell of this hand-in before its own answer comes.
      const known = new Set(this.submissions.map((one) => one.submission_id));
      const answer = await this.options.api.submit(this.position, lease, named.revision, named.sha256);
      this.options.onClock(answer);
      const before = known.has(answer.submission_id);
      this.journal.handedIn(answer);
      if (!this.submissions.some((one) => one.submission_id === answer.submission_id)) this.submissions = [...this.submissions, answer.submission];
      this.showSubmissions();
      say(line, text(before ? "handedInBefore" : "handedIn"));
    } catch (error) {
      this.refuse(error, line);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  /** What is handed in is what the journal holds: so the text in the editor, be it a template, gets there first. */
  private async settledText(): Promise<{ revision: number; sha256: string } | null> {
    if (this.journal.files(this.language) === undefined || this.journal.language !== this.language) {
      this.journal.edited(this.language, this.files);
    }
    await this.journal.flush();
    return this.journal.handIn;
  }

  private refuse(error: unknown, line: HTMLElement): void {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "session-closed") this.options.onClosed();
    if (error.code === "held-elsewhere") this.options.lease.lose();
    say(line, error.status === 0 ? text("offline") : error.detail);
  }

  private showSubmissions(): void {
    const jump = (fault: Fault): void => this.desk.jump(fault);
    showSubmissions(find(this.root, "[data-hand-ins]"), this.options.item, this.submissions, jump);
    const newest = this.submissions[this.submissions.length - 1];
    find(this.root, "[data-latest]").replaceChildren(...(newest === undefined ? [] : standing(this.options.item, newest)));
    find(this.root, "[data-no-hand-ins]").hidden = this.submissions.length > 0;
    const best = Math.max(-1, ...this.submissions.map((one) => one.points ?? -1));
    const state = find(document, `#tab-${this.position} [data-tab-state]`);
    state.dataset["state"] = best >= this.options.item.points ? "full" : this.submissions.length > 0 ? "some" : "none";
  }
}

function folded(caption: string, content: string): HTMLElement {
  const source = make("pre", "", content);
  source.tabIndex = 0;
  return make("details", "", make("summary", "", caption), source);
}
