// The editor: CodeMirror 6, or a plain text field for whoever prefers one; both hold the same text.
//
// Tab leaves the editor until something was typed since it got the focus, then it indents; Esc always leaves (WCAG 2.1.2). There
// is no completion and no checking: the candidate's knowledge is examined, not the editor's.

import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { make } from "./elements";

export interface EditorOptions {
  parent: HTMLElement;
  hintId: string;
  nonce: string;
  onEdit: () => void;
  onBlur: () => void;
  /** Where Esc leads. */
  leaveTo: HTMLElement;
}

/** Each is a file of its own that the browser fetches when it is needed: together they weigh as much as the editor. */
const MODES: Record<string, () => Promise<Extension>> = {
  python: async () => (await import("@codemirror/lang-python")).python(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  cpp: async () => (await import("@codemirror/lang-cpp")).cpp(),
};
const loaded = new Map<string, Extension>();

/** Fetch the colours of a language. Without a line there are none, and the editor works all the same. */
export async function loadMode(name: string): Promise<Extension> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const mode = await (MODES[name]?.() ?? Promise.resolve([])).catch(() => null);
  if (mode !== null) loaded.set(name, mode);
  return mode ?? [];
}

const COLOURS = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], color: "var(--code-keyword)", fontWeight: "600" },
    { tag: [tags.string, tags.special(tags.string), tags.character], color: "var(--code-string)" },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
    { tag: [tags.comment], color: "var(--code-comment)", fontStyle: "italic" },
    { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.className, tags.typeName], color: "var(--code-name)" },
    { tag: [tags.processingInstruction, tags.meta], color: "var(--code-comment)" },
  ]),
);

const INDENT = "    ";

export class Editor {
  private readonly view: EditorView;
  private readonly field: HTMLTextAreaElement;
  private readonly colours = new Compartment();
  private plain = false;
  private typed = false;
  private mode = "";
  private label = "";
  private locked = false;

  constructor(private readonly options: EditorOptions) {
    this.view = new EditorView({ parent: options.parent, state: this.stateWith("") });
    this.field = make("textarea", "editor-plain");
    this.field.spellcheck = false;
    this.field.hidden = true;
    this.field.setAttribute("autocapitalize", "off");
    this.field.setAttribute("autocomplete", "off");
    this.field.setAttribute("aria-describedby", options.hintId);
    this.field.addEventListener("input", () => options.onEdit());
    this.field.addEventListener("blur", () => options.onBlur());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") options.leaveTo.focus();
    });
    options.parent.append(this.field);
  }

  get text(): string {
    return this.plain ? this.field.value : this.view.state.doc.toString();
  }

  /** Show another text. The history of undoing belongs to the text, so that undoing never brings back another task's. */
  show(source: string, mode: string, label: string): void {
    this.mode = mode;
    this.label = label;
    this.view.setState(this.stateWith(source));
    this.field.value = source;
    this.field.setAttribute("aria-label", label);
    if (!loaded.has(mode)) void this.colour(mode);
  }

  private async colour(mode: string): Promise<void> {
    const extension = await loadMode(mode);
    if (this.mode === mode) this.view.dispatch({ effects: this.colours.reconfigure(extension) });
  }

  usePlain(plain: boolean): void {
    if (plain === this.plain) return;
    const source = this.text;
    this.plain = plain;
    this.show(source, this.mode, this.label);
    this.field.hidden = !plain;
    this.options.parent.dataset["plain"] = plain ? "yes" : "no";
  }

  focus(): void {
    if (this.plain) this.field.focus();
    else this.view.focus();
  }

  /** Nothing can be typed any more; reading and copying go on. */
  lock(): void {
    this.locked = true;
    this.field.readOnly = true;
    this.show(this.text, this.mode, this.label);
  }

  private stateWith(source: string): EditorState {
    const leave = (): boolean => {
      this.options.leaveTo.focus();
      return true;
    };
    return EditorState.create({
      doc: source,
      extensions: [
        EditorView.cspNonce.of(this.options.nonce),
        EditorState.readOnly.of(this.locked),
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        EditorState.allowMultipleSelections.of(true),
        indentOnInput(),
        indentUnit.of(INDENT),
        EditorState.tabSize.of(INDENT.length),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        COLOURS,
        this.colours.of(loaded.get(this.mode) ?? []),
        keymap.of([
          { key: "Tab", run: (view) => this.typed && indentMore(view), shift: (view) => this.typed && indentLess(view) },
          ...searchKeymap,
          { key: "Escape", run: leave },
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": this.label,
          "aria-describedby": this.options.hintId,
          spellcheck: "false",
          autocapitalize: "off",
          autocorrect: "off",
          translate: "no",
          tabindex: "0",
        }),
        EditorView.domEventHandlers({ beforeinput: replaceWithoutStyle }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            this.typed = true;
            this.options.onEdit();
          }
          if (update.focusChanged && !update.view.hasFocus) {
            this.typed = false;
            this.options.onBlur();
          }
        }),
      ],
    });
  }
}

/**
 * Type over a selection by ourselves. Chromium would carry the colour of what it replaces over to the new text, as a style
 * attribute, which our Content-Security-Policy refuses with a complaint.
 */
function replaceWithoutStyle(event: InputEvent, view: EditorView): boolean {
  const typed = event.inputType === "insertText" && !event.isComposing && event.cancelable;
  if (!typed || event.data === null || view.state.readOnly || view.state.selection.ranges.every((range) => range.empty)) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}
