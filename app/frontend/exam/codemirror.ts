// The text as CodeMirror 6 shows it: colours, line numbers, search, marks at the lines that the compiler named.
//
// It weighs three times as much as the rest of the exam page, so it is a file of its own that comes after the page is usable
// (`editor.ts`). It shows one text at a time and keeps those that it showed before, each with its history of undoing, under a key
// of its own.
//
// Tab leaves it until something was typed since it got the focus, then it indents; Esc always leaves (WCAG 2.1.2). There is no
// completion and no checking: the candidate's knowledge is examined, not the editor's.

import { defaultKeymap, history, historyKeymap, indentLess, indentMore, isolateHistory } from "@codemirror/commands";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  StreamLanguage,
  type StreamParser,
  syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  gutter,
  GutterMarker,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

import type { EditorOptions, LineMark } from "./editor";
import { make } from "./elements";
import { phrases } from "./texts";

/** Each is a file of its own that the browser fetches when it is needed: together they weigh as much as the editor. */
const MODES: Record<string, () => Promise<Extension>> = {
  python: async () => (await import("@codemirror/lang-python")).python(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  typescript: async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true }),
  go: async () => (await import("@codemirror/lang-go")).go(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  cpp: async () => (await import("@codemirror/lang-cpp")).cpp(),
  c: async () => (await import("@codemirror/lang-cpp")).cpp(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
  swift: async () => stream((await import("@codemirror/legacy-modes/mode/swift")).swift),
  ruby: async () => stream((await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  php: async () => (await import("@codemirror/lang-php")).php({ baseLanguage: null }),
  elixir: async () => (await import("codemirror-lang-elixir")).elixir(),
  kotlin: async () => stream((await import("@codemirror/legacy-modes/mode/clike")).kotlin),
  csharp: async () => stream((await import("@codemirror/legacy-modes/mode/clike")).csharp),
};
const stream = <State>(parser: StreamParser<State>): Extension => StreamLanguage.define(parser);
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

class FaultMarker extends GutterMarker {
  constructor(private readonly mark: LineMark) {
    super();
  }

  override eq(other: FaultMarker): boolean {
    return other.mark === this.mark;
  }

  override toDOM(): Node {
    const sign = make("span", `fault-sign fault-sign-${this.mark.kind}`, this.mark.kind === "warning" ? "!" : "×");
    sign.title = this.mark.text;
    return sign;
  }
}

interface Marks {
  lines: RangeSet<Decoration>;
  signs: RangeSet<GutterMarker>;
}

const NO_MARKS: Marks = { lines: RangeSet.empty, signs: RangeSet.empty };
const setMarks = StateEffect.define<readonly LineMark[]>();
const marksField = StateField.define<Marks>({
  create: () => NO_MARKS,
  update(marks, transaction) {
    let now = transaction.docChanged
      ? { lines: marks.lines.map(transaction.changes), signs: marks.signs.map(transaction.changes) }
      : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue;
      const { doc } = transaction.state;
      const first = new Map<number, LineMark>();
      for (const mark of effect.value) {
        const line = Math.min(Math.max(mark.line, 1), doc.lines);
        const known = first.get(line);
        if (known === undefined || (known.kind === "warning" && mark.kind !== "warning")) first.set(line, mark);
      }
      const places = [...first].sort(([one], [other]) => one - other).map(([line, mark]) => ({ from: doc.line(line).from, mark }));
      now = {
        lines: RangeSet.of(places.map(({ from, mark }) => Decoration.line({ class: `fault-line-${mark.kind}` }).range(from))),
        signs: RangeSet.of(places.map(({ from, mark }) => new FaultMarker(mark).range(from))),
      };
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field, (marks) => marks.lines),
});

/** CodeMirror in the place of `before`, a sibling that stays. */
export class CodeView {
  private readonly view: EditorView;
  private readonly colours = new Compartment();
  private readonly access = new Compartment();
  private readonly naming = new Compartment();
  private readonly kept = new Map<string, EditorState>();
  private key = "";
  private typed = false;
  private mode = "";
  private label = "";
  private locked = false;

  constructor(
    private readonly options: EditorOptions,
    before: HTMLElement,
  ) {
    this.view = new EditorView({ state: this.stateWith("") });
    before.before(this.view.dom);
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /**
   * Show a text. The history of undoing belongs to the text, so that undoing never brings back another one: a text that was shown
   * under this key before, and is as it was left, is taken up again with its history and its marks.
   */
  show(key: string, source: string, mode: string, label: string, locked: boolean): void {
    this.kept.set(this.key, this.view.state);
    this.key = key;
    this.mode = mode;
    this.label = label;
    this.locked = locked;
    const before = this.kept.get(key);
    if (before !== undefined && before.doc.toString() === source) {
      this.view.setState(before);
      this.view.dispatch({
        effects: [
          this.colours.reconfigure(loaded.get(mode) ?? []),
          this.access.reconfigure(EditorState.readOnly.of(locked)),
          this.naming.reconfigure(this.attributes()),
        ],
      });
    } else {
      this.view.setState(this.stateWith(source));
    }
    if (!loaded.has(mode)) void this.colour(mode);
  }

  /** Another text in the place of this one, as if it had been typed: it can be undone. */
  replace(source: string): void {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: source }, annotations: isolateHistory.of("full") });
  }

  /** Mark the lines that the compiler named; none clears them. */
  mark(marks: readonly LineMark[]): void {
    this.view.dispatch({ effects: setMarks.of(marks) });
  }

  /** Go to a place, counted from 1. */
  jump(line: number, column: number | null): void {
    const { doc } = this.view.state;
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const at = Math.min(found.from + Math.max((column ?? 1) - 1, 0), found.to);
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.view.focus();
  }

  /** Select from `anchor` to `head`, in UTF-16, and take the focus. */
  select(anchor: number, head: number): void {
    this.view.dispatch({ selection: { anchor, head }, scrollIntoView: true });
    this.view.focus();
  }

  /** Forget the texts of these keys; they were removed or renamed. */
  forget(key: string): void {
    this.kept.delete(key);
  }

  focus(): void {
    this.view.focus();
  }

  private async colour(mode: string): Promise<void> {
    const extension = await loadMode(mode);
    if (this.mode === mode) this.view.dispatch({ effects: this.colours.reconfigure(extension) });
  }

  private attributes(): Extension {
    return EditorView.contentAttributes.of({
      "aria-label": this.label,
      "aria-describedby": this.options.hintId,
      spellcheck: "false",
      autocapitalize: "off",
      autocorrect: "off",
      translate: "no",
      tabindex: "0",
    });
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
        EditorState.phrases.of(phrases()),
        this.access.of(EditorState.readOnly.of(this.locked)),
        marksField,
        lineNumbers(),
        gutter({ class: "cm-fault-gutter", markers: (view) => view.state.field(marksField).signs }),
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
        search({ top: true }),
        COLOURS,
        this.colours.of(loaded.get(this.mode) ?? []),
        keymap.of([
          { key: "Tab", run: (view) => this.typed && indentMore(view), shift: (view) => this.typed && indentLess(view) },
          ...searchKeymap,
          { key: "Escape", run: leave },
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        this.naming.of(this.attributes()),
        EditorView.domEventHandlers({ beforeinput: replaceWithoutStyle }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            this.typed = true;
            const changes: [number, number, string][] = [];
            update.changes.iterChanges((from, to, _fromNow, _toNow, inserted) => changes.push([from, to, inserted.toString()]));
            this.options.onEdit({ changes });
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
 * attribute, which our Content-Security-Policy refuses with a complaint. In a text that is only read nothing is let through at all:
 * CodeMirror would take it back, but only after Chromium has tried.
 */
function replaceWithoutStyle(event: InputEvent, view: EditorView): boolean {
  if (event.isComposing || !event.cancelable) return false;
  if (view.state.readOnly) {
    event.preventDefault();
    return true;
  }
  if (event.inputType !== "insertText" || event.data === null || view.state.selection.ranges.every((range) => range.empty)) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}
