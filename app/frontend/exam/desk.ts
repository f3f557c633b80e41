// The desk of one task: the files of the program in the language that was chosen, one of them in the editor.
//
// A text that nobody has touched is a template and belongs to nobody: only the first edit makes it the candidate's, and is told as
// the whole text.

import type { Edit, TextChange } from "./edits";
import { Editor } from "./editor";
import { find, make, say } from "./elements";
import type { Fault, Language } from "./state";
import { text } from "./texts";

/** As `exams/judging/further_files.py` has them. */
const FILES_MAX = 10;
const FILE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

export interface DeskOptions {
  root: HTMLElement;
  position: number;
  nonce: string;
  leaveTo: HTMLElement;
  onEdit: (edit: Edit) => void;
  onBlur: () => void;
}

export class Desk {
  private readonly editor: Editor;
  private readonly tabs: HTMLElement;
  private readonly form: HTMLElement;
  private language: Language | undefined;
  private texts = new Map<string, string>();
  private faults: readonly Fault[] = [];
  private current = "";
  private isKept = false;
  private locked = false;

  constructor(private readonly options: DeskOptions) {
    const { root, position } = options;
    this.tabs = find(root, "[data-files]");
    this.form = find(root, "[data-file-form]");
    this.editor = new Editor({
      parent: find(root, "[data-editor]"),
      hintId: `editor-hint-${position}`,
      nonce: options.nonce,
      leaveTo: options.leaveTo,
      onEdit: (change) => this.edited(change),
      onBlur: options.onBlur,
    });
    find(root, "[data-file-add]").addEventListener("click", () => this.askName(null));
    find(root, "[data-file-rename]").addEventListener("click", () => this.askName(this.current));
    find(root, "[data-file-remove]").addEventListener("click", () => this.askRemoval());
    find(root, "[data-reset]").addEventListener("click", () => this.askReset());
    this.tabs.addEventListener("keydown", (event) => this.tabKey(event));
    root.addEventListener("keydown", (event) => {
      if (event.altKey && (event.key === "PageDown" || event.key === "PageUp")) {
        event.preventDefault();
        this.turn(event.key === "PageDown" ? 1 : -1);
      }
    });
  }

  /** All files as they stand; "" is the main one. */
  get files(): Map<string, string> {
    return new Map(this.texts);
  }

  /** The further files. */
  get further(): Record<string, string> {
    return Object.fromEntries([...this.texts].filter(([name]) => name !== ""));
  }

  get source(): string {
    return this.texts.get("") ?? "";
  }

  /** Whether these texts are the candidate's, and not the template that nobody has touched. */
  get touched(): boolean {
    return this.isKept;
  }

  /** Show a program; without files it is the language's template. */
  show(language: Language, files?: ReadonlyMap<string, string>): void {
    if (this.language?.code !== language.code) this.faults = [];
    this.language = language;
    this.isKept = files !== undefined;
    this.texts = new Map([["", language.template], ...(files ?? [])]);
    this.closeForm();
    this.open(this.texts.has(this.current) ? this.current : "");
  }

  usePlain(plain: boolean): void {
    this.editor.usePlain(plain);
  }

  focus(): void {
    this.editor.focus();
  }

  /** Whether nothing can be changed. */
  lock(locked: boolean): void {
    this.locked = locked;
    if (locked) this.closeForm();
    this.editor.lock(locked);
    for (const name of ["data-file-add", "data-file-rename", "data-file-remove", "data-reset"]) {
      find<HTMLButtonElement>(this.options.root, `[${name}]`).disabled = locked;
    }
  }

  /** Mark what the compiler named. */
  mark(faults: readonly Fault[]): void {
    this.faults = faults;
    this.drawTabs();
    this.editor.mark(this.marksOf(this.current));
  }

  jump(fault: Fault): void {
    const name = fault.file === this.language?.entry ? "" : fault.file;
    if (!this.texts.has(name)) return;
    if (name !== this.current) this.open(name);
    this.editor.jump(fault.line, fault.column);
  }

  private marksOf(name: string): readonly Fault[] {
    const called = name === "" ? this.language?.entry : name;
    return this.faults.filter((fault) => fault.file === called);
  }

  private open(name: string): void {
    if (this.language === undefined) return;
    this.current = name;
    const called = name === "" ? this.language.entry : name;
    const label = text("editorLabel", { position: this.options.position, language: this.language.name, file: called });
    this.editor.show(`${this.language.code}/${name}`, this.texts.get(name) ?? "", this.language.editor, label);
    this.editor.mark(this.marksOf(name));
    this.drawTabs();
  }

  private edited(change: TextChange): void {
    const { current } = this;
    const before = this.texts.get(current) ?? "";
    const now = this.editor.text;
    this.texts.set(current, now);
    if (this.isKept) {
      // The editor writes every line end as one sign; where the text had others, its offsets are not the text's.
      this.tell(current, before.includes("\r") ? { whole: now } : change);
    } else {
      this.keep();
      if (current !== "") this.tell(current, { whole: now });
    }
  }

  /** From here on the texts are the candidate's. */
  private keep(): void {
    if (this.isKept) return;
    this.isKept = true;
    this.tell("", { whole: this.source });
  }

  private tell(file: string, what: TextChange | { removed: true }): void {
    this.options.onEdit({ language: this.language?.code ?? "", file, ...what });
  }

  private drawTabs(): void {
    const names = [...this.texts.keys()];
    const panel = find(this.options.root, "[data-editor]");
    this.tabs.replaceChildren(
      ...names.map((name, index) => {
        const chosen = name === this.current;
        const tab = make("button", "file-tab", name === "" ? (this.language?.entry ?? "") : name);
        tab.type = "button";
        tab.id = `file-${this.options.position}-${index}`;
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-selected", String(chosen));
        tab.setAttribute("aria-controls", panel.id);
        tab.tabIndex = chosen ? 0 : -1;
        if (chosen) panel.setAttribute("aria-labelledby", tab.id);
        const marks = this.marksOf(name);
        if (marks.length > 0) {
          tab.append(" ", make("span", "file-faults", String(marks.length)), make("span", "visually-hidden", ` ${text("fileFaults")}`));
        }
        tab.addEventListener("click", () => this.open(name));
        return tab;
      }),
    );
    const more = (this.language?.endings.length ?? 0) > 0;
    find(this.options.root, "[data-file-add]").hidden = !more;
    for (const name of ["data-file-rename", "data-file-remove"]) {
      find(this.options.root, `[${name}]`).hidden = this.current === "";
    }
  }

  private tabKey(event: KeyboardEvent): void {
    const names = [...this.texts.keys()];
    const place = names.indexOf(this.current);
    const next: Record<string, number> = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: names.length - 1 };
    const to = next[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.open(names[(to + names.length) % names.length] ?? "");
    find(this.tabs, '[aria-selected="true"]').focus();
  }

  private turn(by: number): void {
    const names = [...this.texts.keys()];
    const place = names.indexOf(this.current);
    this.open(names[(place + by + names.length) % names.length] ?? "");
    this.editor.focus();
  }

  /** What is wrong with a name for a further file, or "". */
  private hindrance(name: string, instead: string | null): string {
    const others = [...this.texts.keys()].filter((one) => one !== "" && one !== instead);
    if (!FILE_NAME.test(name)) return text("fileNameBad");
    const taken = [this.language?.entry ?? "", ...others].map((one) => one.toLowerCase());
    if (taken.includes(name.toLowerCase())) return text("fileNameTaken");
    const endings = this.language?.endings ?? [];
    if (!endings.some((ending) => name.endsWith(ending))) return text("fileEnding", { endings: endings.join(", ") });
    return "";
  }

  private askName(renamed: string | null): void {
    if (renamed === null && this.texts.size > FILES_MAX) {
      this.ask(text("filesMany", { limit: FILES_MAX }), []);
      return;
    }
    const field = make("input", "input");
    field.id = `file-name-${this.options.position}`;
    field.maxLength = 64;
    field.spellcheck = false;
    field.autocapitalize = "off";
    field.autocomplete = "off";
    field.value = renamed ?? "";
    const label = make("label", "small", text(renamed === null ? "fileNew" : "fileNewName", { file: renamed ?? "" }));
    label.htmlFor = field.id;
    const accept = this.button(text("fileAccept"), () => {
      const name = field.value.trim();
      const wrong = name === renamed ? "" : this.hindrance(name, renamed);
      field.setAttribute("aria-invalid", String(wrong !== ""));
      say(find(this.form, "[data-wrong]"), wrong);
      if (wrong !== "") {
        field.focus();
        return;
      }
      if (name !== renamed) this.put(name, renamed);
      this.closeForm();
      this.editor.focus();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // or the editor, which has the focus by then, gets an empty line
      accept.click();
    });
    this.ask("", [label, field, accept, this.button(text("cancel"), () => this.cancel(), true)]);
    const wrong = make("span", "small field-wrong");
    wrong.dataset["wrong"] = "";
    wrong.setAttribute("role", "alert");
    this.form.append(wrong);
    field.focus();
    field.select();
  }

  /** Make a file, or give one another name. */
  private put(name: string, renamed: string | null): void {
    this.keep();
    const content = renamed === null ? "" : (this.texts.get(renamed) ?? "");
    if (renamed !== null) this.drop(renamed);
    this.texts.set(name, content);
    this.tell(name, { whole: content });
    if (renamed !== null) this.tell(renamed, { removed: true });
    this.open(name);
  }

  private drop(name: string): void {
    this.texts.delete(name);
    this.editor.forget(`${this.language?.code ?? ""}/${name}`);
  }

  private askRemoval(): void {
    const name = this.current;
    const remove = this.button(text("fileRemove"), () => {
      const names = [...this.texts.keys()];
      const before = names[names.indexOf(name) - 1] ?? "";
      this.drop(name);
      this.tell(name, { removed: true });
      this.closeForm();
      this.open(before);
      this.editor.focus();
    });
    this.ask(text("fileRemoveAsk", { file: name }), [remove, this.button(text("cancel"), () => this.cancel(), true)]);
    remove.focus();
  }

  private askReset(): void {
    const reset = this.button(text("resetDo"), () => {
      this.closeForm();
      if (this.current !== "") this.open("");
      this.editor.replace(this.language?.template ?? "");
      this.editor.focus();
    });
    this.ask(text("resetAsk", { file: this.language?.entry ?? "" }), [reset, this.button(text("cancel"), () => this.cancel(), true)]);
    reset.focus();
  }

  private ask(words: string, controls: HTMLElement[]): void {
    if (this.locked) return;
    this.form.replaceChildren(...(words === "" ? [] : [make("span", "small", words)]), ...controls);
    this.form.hidden = false;
    this.form.onkeydown = (event): void => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.cancel();
    };
  }

  private cancel(): void {
    this.closeForm();
    find(this.tabs, '[aria-selected="true"]').focus();
  }

  private closeForm(): void {
    this.form.hidden = true;
    this.form.replaceChildren();
  }

  private button(words: string, act: () => void, quiet = false): HTMLButtonElement {
    const button = make("button", `button button-small${quiet ? " button-quiet" : ""}`, words);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }
}
