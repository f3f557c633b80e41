// One task of the exam: its editor, its languages, its saves, sample runs and hand-ins.

import { type Api, Problem, type Program } from "./api";
import { Editor } from "./editor";
import { find, make, say } from "./elements";
import { showReport, showSubmissions, standing } from "./results";
import { type SaveState, Saver } from "./saver";
import type { Clock, Item, Language, Submission } from "./state";
import { text, timeOfDay } from "./texts";

const RUN_FIRST_LOOK_MS = 400;
const RUN_LOOK_EVERY_MS = 800;
const RUN_LATE_MS = 15_000;
const RUN_GIVE_UP_MS = 120_000;

export interface ItemOptions {
  api: Api;
  sessionId: string;
  nonce: string;
  item: Item;
  onClock: (clock: Clock) => void;
  onSave: (view: ItemView) => void;
  /** The exam is over, says the server. */
  onClosed: () => void;
  /** A verdict that was not there before. */
  onVerdict: (item: Item, submission: Submission) => void;
}

export class ItemView {
  readonly position: number;
  readonly saver: Saver;
  saveState: SaveState = { kind: "idle" };
  private readonly root: HTMLElement;
  private readonly editor: Editor;
  private readonly choice: HTMLSelectElement;
  private readonly sources = new Map<string, string>();
  private language: string;
  private submissions: Submission[];
  private untouched = true;

  constructor(private readonly options: ItemOptions) {
    const { item } = options;
    this.position = item.position;
    this.root = find(document, `#item-${item.position}`);
    this.choice = find<HTMLSelectElement>(this.root, "[data-language]");
    for (const one of item.languages) this.choice.append(new Option(`${one.name} · ${one.version}`, one.code));
    for (const draft of item.drafts) this.sources.set(draft.language, draft.source);
    this.language = this.newestLanguage();
    this.submissions = item.submissions;
    this.editor = new Editor({
      parent: find(this.root, "[data-editor]"),
      hintId: `editor-hint-${item.position}`,
      nonce: options.nonce,
      leaveTo: find(this.root, "[data-run]"),
      onEdit: () => this.edited(),
      onBlur: () => void this.saver.flush(),
    });
    this.saver = new Saver({
      api: options.api,
      sessionId: options.sessionId,
      position: item.position,
      revision: item.revision,
      current: () => this.program,
      onState: (state) => this.saveChanged(state),
      onClock: options.onClock,
    });
    this.showLanguage(this.language);
    this.choice.addEventListener("change", () => this.chooseLanguage(this.choice.value));
    find(this.root, "[data-run]").addEventListener("click", () => void this.runSamples());
    find(this.root, "[data-submit]").addEventListener("click", () => void this.handIn());
    this.showSubmissions();
    this.takeUpKept();
  }

  get program(): Program {
    return { language: this.language, source: this.editor.text };
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
    this.editor.usePlain(plain);
  }

  lock(): void {
    this.saver.close();
    this.editor.lock();
    for (const control of this.root.querySelectorAll<HTMLButtonElement>("[data-run], [data-submit]")) control.disabled = true;
  }

  private newestLanguage(): string {
    const drafts = [...this.options.item.drafts].sort((one, other) => other.revision - one.revision);
    return drafts[0]?.language ?? this.options.item.languages[0]?.code ?? "";
  }

  private known(code: string): Language | undefined {
    return this.options.item.languages.find((one) => one.code === code);
  }

  private showLanguage(code: string): void {
    const known = this.known(code);
    this.language = code;
    this.choice.value = code;
    const label = text("editorLabel", { position: this.position, language: known?.name ?? code });
    this.editor.show(this.sources.get(code) ?? known?.template ?? "", known?.editor ?? "", label);
  }

  private chooseLanguage(code: string): void {
    // A text that nobody touched is a template: it is not kept, so that it is never taken for work.
    if (!this.untouched || this.sources.has(this.language)) this.sources.set(this.language, this.editor.text);
    void this.saver.flush().then(() => {
      this.untouched = true;
      this.showLanguage(code);
      // A text that was written before and is taken up again is what the candidate works on now.
      if (this.sources.has(code)) this.saver.edited();
    });
  }

  private edited(): void {
    this.untouched = false;
    this.saver.edited();
  }

  private saveChanged(state: SaveState): void {
    this.saveState = state;
    const line = find(this.root, "[data-item-state]");
    say(line, state.kind === "refused" ? text("refused", { reason: state.problem.detail }) : "");
    if (state.kind === "conflict") void this.showConflict();
    if (state.kind === "closed") this.options.onClosed();
    this.options.onSave(this);
  }

  /** After a reload: a text that this browser still holds goes on its way, or is shown beside what was saved elsewhere. */
  private takeUpKept(): void {
    const kept = this.saver.kept();
    if (kept === null || this.known(kept.language) === undefined) return;
    const saved = this.options.item.drafts.find((draft) => draft.revision === this.options.item.revision);
    if (saved !== undefined && saved.language === kept.language && saved.source === kept.source) {
      this.saver.resolve(this.options.item.revision, false);
      return;
    }
    this.sources.set(kept.language, kept.source);
    this.untouched = false;
    this.showLanguage(kept.language);
    if (kept.base_revision === this.options.item.revision) {
      say(find(this.root, "[data-action-state]"), text("restored"));
      this.saver.edited();
    } else {
      this.saver.conflict();
    }
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
    const other = item?.drafts.find((draft) => draft.revision === item.revision);
    if (item === undefined || other === undefined) return;
    const revision = item.revision;
    const mine = make("button", "button button-small", text("conflictMine"));
    const theirs = make("button", "button button-quiet button-small", text("conflictOther"));
    mine.type = theirs.type = "button";
    const language = this.known(other.language)?.name ?? other.language;
    const shown = make("details", "", make("summary", "", text("conflictShow", { language, time: timeOfDay(other.saved_at) })));
    const source = make("pre", "", other.source);
    source.tabIndex = 0;
    shown.append(source);
    const settle = (): void => {
      notice.hidden = true;
      this.editor.focus();
    };
    mine.addEventListener("click", () => {
      settle();
      this.saver.resolve(revision, true);
    });
    theirs.addEventListener("click", () => {
      for (const draft of item.drafts) this.sources.set(draft.language, draft.source);
      this.untouched = true;
      this.showLanguage(other.language);
      settle();
      this.saver.resolve(revision, false);
    });
    notice.replaceChildren(make("p", "", text("conflict")), shown, make("p", "cluster", mine, theirs));
    notice.setAttribute("role", "alert");
    notice.hidden = false;
  }

  private async runSamples(): Promise<void> {
    const button = find<HTMLButtonElement>(this.root, "[data-run]");
    const line = find(this.root, "[data-action-state]");
    const results = find(this.root, "[data-samples]");
    if (button.getAttribute("aria-disabled") === "true") return;
    // Not `disabled`: the focus would be lost.
    button.setAttribute("aria-disabled", "true");
    say(line, text("running"));
    try {
      let run = await this.options.api.runSamples(this.position, this.program);
      const began = performance.now();
      let pause = RUN_FIRST_LOOK_MS;
      while (run.report === null && performance.now() - began < RUN_GIVE_UP_MS) {
        await new Promise((done) => setTimeout(done, pause));
        pause = RUN_LOOK_EVERY_MS;
        if (performance.now() - began > RUN_LATE_MS) say(line, text("runLate"));
        run = await this.options.api.sampleRun(this.position, run.sample_run_id).catch(() => run);
      }
      say(line, run.report === null ? text("runFailed") : "");
      if (run.report !== null) showReport(results, this.options.item, run.report);
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
    const program = this.program;
    try {
      const answer = await this.options.api.submit(this.position, program);
      this.options.onClock(answer);
      this.untouched = false;
      const before = this.submissions.some((one) => one.submission_id === answer.submission_id);
      this.saver.handedIn(program, answer.revision, answer.now);
      if (!before) this.submissions = [...this.submissions, answer.submission];
      this.showSubmissions();
      say(line, text(before ? "handedInBefore" : "handedIn"));
    } catch (error) {
      this.refuse(error, line);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  private refuse(error: unknown, line: HTMLElement): void {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "session-closed") this.options.onClosed();
    say(line, error.status === 0 ? text("offline") : error.detail);
  }

  private showSubmissions(): void {
    showSubmissions(find(this.root, "[data-hand-ins]"), this.options.item, this.submissions);
    const newest = this.submissions[this.submissions.length - 1];
    find(this.root, "[data-latest]").replaceChildren(...(newest === undefined ? [] : standing(this.options.item, newest)));
    find(this.root, "[data-no-hand-ins]").hidden = this.submissions.length > 0;
    const best = Math.max(-1, ...this.submissions.map((one) => one.points ?? -1));
    const state = find(document, `#tab-${this.position} [data-tab-state]`);
    state.dataset["state"] = best >= this.options.item.points ? "full" : this.submissions.length > 0 ? "some" : "none";
  }
}
