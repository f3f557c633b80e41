// The editor: CodeMirror, or a plain text field for whoever prefers one; both hold the same text.
//
// The plain field is there at once, so that somebody on a slow line types a second after the page came; CodeMirror takes its place
// when it has arrived, with the text, the selection and the focus. Where it does not arrive, the field stays.

import type { CodeView } from "./codemirror";
import type { TextChange } from "./edits";
import { difference } from "./edits";
import { make } from "./elements";

export interface EditorOptions {
  parent: HTMLElement;
  hintId: string;
  nonce: string;
  /** The text changed, and how: offsets are those of the text before, in UTF-16. */
  onEdit: (change: TextChange) => void;
  onBlur: () => void;
  /** Where Esc leads. */
  leaveTo: HTMLElement;
}

/** A line that the compiler named. */
export interface LineMark {
  line: number;
  kind: string;
  text: string;
}

export class Editor {
  private readonly field: HTMLTextAreaElement;
  private code: CodeView | null = null;
  private key = "";
  private mode = "";
  private label = "";
  private marks: readonly LineMark[] = [];
  private prefersPlain = false;
  private locked = false;
  private arrived: typeof CodeView | null = null;
  private composing = false;
  /** What the plain field held before the last edit. */
  private written = "";

  constructor(private readonly options: EditorOptions) {
    this.field = make("textarea", "editor-plain");
    this.field.spellcheck = false;
    this.field.setAttribute("autocapitalize", "off");
    this.field.setAttribute("autocomplete", "off");
    this.field.setAttribute("aria-describedby", options.hintId);
    this.field.addEventListener("input", () => {
      const change = difference(this.written, this.field.value);
      this.written = this.field.value;
      options.onEdit({ changes: [change] });
    });
    this.field.addEventListener("blur", () => options.onBlur());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") options.leaveTo.focus();
    });
    this.field.addEventListener("compositionstart", () => (this.composing = true));
    this.field.addEventListener("compositionend", () => {
      this.composing = false;
      setTimeout(() => this.swap()); // the last letter's `input` comes first
    });
    options.parent.append(this.field);
    options.parent.dataset["plain"] = "yes";
    void import("./codemirror").then(
      ({ CodeView: View }) => {
        this.arrived = View;
        this.swap();
      },
      () => undefined, // the line is down: the field does for now
    );
  }

  get text(): string {
    return this.shown === null ? this.field.value : this.shown.text;
  }

  /** Show a text, and keep the one that was shown under its key. */
  show(key: string, source: string, mode: string, label: string): void {
    this.key = key;
    this.mode = mode;
    this.label = label;
    this.marks = [];
    this.code?.show(key, source, mode, label, this.locked);
    this.field.value = source;
    this.written = this.field.value;
    this.field.setAttribute("aria-label", label);
  }

  /** Another text in the place of this one, as if it had been typed: it can be undone. */
  replace(source: string): void {
    if (source === this.text) return;
    if (this.shown === null) {
      this.field.value = source;
      this.field.dispatchEvent(new InputEvent("input"));
    } else {
      this.shown.replace(source);
    }
  }

  /** Mark the lines that the compiler named; none clears them. */
  mark(marks: readonly LineMark[]): void {
    this.marks = marks;
    this.code?.mark(marks);
  }

  /** Go to a place, counted from 1. */
  jump(line: number, column: number | null): void {
    if (this.shown !== null) {
      this.shown.jump(line, column);
      return;
    }
    const before = this.field.value.split("\n").slice(0, Math.max(line - 1, 0));
    const from = before.reduce((sum, one) => sum + one.length + 1, 0) + Math.max((column ?? 1) - 1, 0);
    this.field.focus();
    this.field.setSelectionRange(from, from);
  }

  /** Forget the texts of these keys; they were removed or renamed. */
  forget(key: string): void {
    this.code?.forget(key);
  }

  usePlain(plain: boolean): void {
    if (plain === this.prefersPlain) return;
    const source = this.text;
    this.prefersPlain = plain;
    this.showAgain(source);
    this.choose();
  }

  focus(): void {
    (this.shown ?? this.field).focus();
  }

  /** Whether nothing can be typed; reading and copying go on. */
  lock(locked: boolean): void {
    if (locked === this.locked) return;
    this.locked = locked;
    this.field.readOnly = locked;
    this.showAgain(this.text);
  }

  /** CodeMirror, where it is what is seen. */
  private get shown(): CodeView | null {
    return this.prefersPlain ? null : this.code;
  }

  /** CodeMirror takes its place. A letter that is being put together, as in an input method, is not torn apart: then it waits. */
  private swap(): void {
    if (this.arrived === null || this.code !== null || this.composing) return;
    const focused = document.activeElement === this.field;
    this.code = new this.arrived(this.options, this.field);
    this.showAgain(this.field.value);
    this.choose();
    if (focused) this.shown?.select(this.field.selectionStart, this.field.selectionEnd);
  }

  private showAgain(source: string): void {
    const { marks } = this;
    this.show(this.key, source, this.mode, this.label);
    if (marks.length > 0) this.mark(marks);
  }

  private choose(): void {
    this.field.hidden = this.shown !== null;
    this.options.parent.dataset["plain"] = this.shown === null ? "yes" : "no";
  }
}
