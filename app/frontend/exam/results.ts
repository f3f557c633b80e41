// What came back: runs of the samples, and hand-ins with their verdicts.

import { make } from "./elements";
import { shownText } from "./shown";
import type { Difference, Fault, Item, Language, OwnRun, SampleReport, Submission } from "./state";
import { decimal, text, timeOfDay, word } from "./texts";

/** Leads to the place that a compiler named. */
export type Jump = (fault: Fault) => void;

export function showReport(root: HTMLElement, item: Item, report: SampleReport, faults: readonly Fault[], jump: Jump): void {
  if (report.own != null) {
    root.replaceChildren(...(report.compile_log ? [compileLog(report.compile_log, false, faults, jump)] : []), ownRun(report.own));
    return;
  }
  if (report.verdict === null) {
    root.replaceChildren(make("p", "notice notice-warn", text(report.undetermined === "own-input-unavailable" ? "ownNone" : "runFailed")));
    return;
  }
  const parts: Node[] = [];
  if (report.verdict === "CE") {
    parts.push(make("p", "cluster", tag(report.verdict), word("meanings", "CE")));
  } else if (report.verdict === "AC") {
    parts.push(make("p", "notice notice-ok", text(report.samples.length > 0 ? "samplesRight" : "samplesNone")));
  }
  if (report.compile_log) parts.push(compileLog(report.compile_log, report.verdict === "CE", faults, jump));
  report.samples.forEach((result, index) => {
    const right = result.verdict === "AC";
    const sample = item.samples.find((one) => one.name === result.name) ?? item.samples[index];
    const details = make("details", "sample-result");
    details.open = !right;
    details.append(
      make(
        "summary",
        "",
        text("sample", { number: index + 1 }),
        " ",
        right ? make("span", "tag tag-ok", text("sampleRight")) : tag(result.verdict),
        make("span", "muted small", ` ${text("milliseconds", { time: decimal(result.cpu_time_us / 1000, 0) })}`),
      ),
    );
    if (!right && result.difference !== null) details.append(make("p", "", difference(result.difference)));
    if (!right && result.reason) details.append(make("p", "", reason(result.reason)));
    if (!right && result.message) details.append(make("p", "", text("checkerSays", { message: result.message })));
    const boxes = make("div", "io-pair");
    if (sample?.interaction) {
      boxes.append(box(text("sampleConversation"), sample.interaction));
    } else if (sample !== undefined) {
      boxes.append(box(text("sampleInput"), sample.input), box(text("sampleExpected"), sample.answer, result.difference, "expected"));
    }
    boxes.append(box(text("sampleActual"), result.output, result.difference, "actual"));
    if (result.heard) boxes.append(box(text("sampleHeard"), result.heard));
    if (result.error) boxes.append(box(text("sampleError"), result.error));
    details.append(boxes);
    parts.push(details);
  });
  root.replaceChildren(...parts);
}

export function showSubmissions(root: HTMLElement, item: Item, submissions: Submission[], jump: Jump): void {
  root.replaceChildren(
    ...[...submissions].reverse().map((one) => {
      const line = make("p", "cluster", ...standing(item, one));
      const language = item.languages.find((known: Language) => known.code === one.language)?.name ?? one.language;
      const origin = one.origin === "sealed" ? ` · ${text("sealed")}` : "";
      line.append(make("span", "muted small", `${language} · ${timeOfDay(one.submitted_at)}${origin}`));
      const entry = make("li", "", line);
      entry.dataset["submission"] = one.submission_id;
      entry.dataset["verdict"] = one.verdict ?? one.stage;
      if (one.verdict !== null) {
        const facts = [one.reason ? reason(one.reason) : word("meanings", one.verdict)];
        if (one.tests_total) {
          facts.push(text(one.verdict === "AC" ? "tests" : "testsRun", { passed: one.tests_passed ?? 0, total: one.tests_total }));
        }
        if (one.verdict !== "CE" && one.tests_total) {
          const time = decimal(one.cpu_time_ms ?? 0, 0);
          const memory = decimal((one.memory_kib ?? 0) / 1024, 1);
          const startup = decimal(one.startup_ms, 0);
          facts.push(one.startup_ms >= 1 ? text("usedWithStart", { time, startup, language, memory }) : text("used", { time, memory }));
        }
        entry.append(make("p", "muted small", facts.join(" ")));
      } else if (one.stage === "delayed") {
        entry.append(make("p", "muted small", text("delayedMeaning")));
      }
      if (one.compile_log) entry.append(compileLog(one.compile_log, false, one.faults ?? [], jump));
      return entry;
    }),
  );
}

/** What became of a hand-in, in a word or two; the same in the list and beside the button. */
export function standing(item: Item, one: Submission): Node[] {
  if (one.verdict !== null) {
    return [tag(one.verdict), make("strong", "", text("points", { points: decimal(one.points ?? 0), max: item.points }))];
  }
  return [one.stage === "delayed" ? make("span", "tag tag-warn", text("delayed")) : make("span", "tag tag-info is-busy", text("judging"))];
}

function tag(verdict: string): HTMLElement {
  return make("span", `tag ${verdict === "AC" ? "tag-ok" : "tag-bad"}`, word("verdicts", verdict));
}

/** Why a test ended so, where the verdict alone does not say it: `wall-time`, `memory-peak`, `signal-11`, `exit-1`. */
function reason(code: string): string {
  const [, kind, number] = /^(signal|exit)-(\d+)$/.exec(code) ?? [];
  return kind ? text(kind === "exit" ? "reasonExit" : "reasonSignal", { number: number ?? "" }) : word("reasons", code);
}

function compileLog(log: string, open: boolean, faults: readonly Fault[], jump: Jump): HTMLElement {
  const details = make("details", "compile-log", make("summary", "", text("compileLog")));
  if (faults.length > 0) {
    const list = make("ol", "fault-list");
    list.setAttribute("aria-label", text("faults"));
    for (const fault of faults) {
      const place = [fault.file, fault.line, ...(fault.column === null ? [] : [fault.column])].join(":");
      const button = make("button", "fault-jump", make("span", "mono", place), " ", make("span", "", fault.text));
      button.type = "button";
      button.dataset["kind"] = fault.kind;
      button.addEventListener("click", () => jump(fault));
      list.append(make("li", "", button));
    }
    details.append(list);
  }
  details.append(pre(log));
  details.open = open;
  return details;
}

function ownRun(own: OwnRun): HTMLElement {
  const facts = make(
    "p",
    "cluster",
    make("span", `tag ${own.ending === "exited 0" ? "tag-neutral" : "tag-warn"}`, ending(own.ending)),
    make("span", "muted small", text("used", { time: decimal(own.cpu_time_us / 1000, 0), memory: decimal(own.memory_kib / 1024, 1) })),
  );
  const boxes = make("div", "io-pair", box(text("sampleActual"), own.output));
  if (own.error) boxes.append(box(text("sampleError"), own.error));
  return make("div", "sample-result own-result stack stack-tight", make("strong", "small", text("ownResult")), facts, boxes);
}

/** How a program ended (`exams/judging/ending.py`, `word_of`), in words. */
function ending(code: string): string {
  if (code === "exited 0") return text("ownEnded");
  const [kind, number] = code.split(" ");
  if (kind === "exited") return text("reasonExit", { number: number ?? "" });
  if (kind === "signalled") return text("reasonSignal", { number: number ?? "" });
  const verdicts: Record<string, string> = { "cpu-time": "TLE", "wall-time": "TLE", memory: "MLE", output: "OLE" };
  return word("verdicts", verdicts[kind ?? ""] ?? "RTE");
}

/** A text in a frame. In the two sides of a comparison the first difference is marked, and spaces can be shown as signs. */
function box(caption: string, content: string, difference: Difference | null = null, side: "expected" | "actual" = "actual"): HTMLElement {
  const shown = content === "" && difference === null ? make("p", "muted small", text("sampleNothing")) : pre("");
  if (shown instanceof HTMLPreElement) shown.append(...shownText(content, difference, side));
  return make("figure", "", make("figcaption", "", caption), shown);
}

function pre(content: string): HTMLElement {
  const element = make("pre", "", content);
  element.tabIndex = 0; // it scrolls, so the keyboard must reach it
  return element;
}

function difference(found: Difference): string {
  const values = { token: found.token, expected: found.expected ?? "", actual: found.actual ?? "" };
  switch (found.kind) {
    case "token":
      return text("differsToken", values);
    case "missing":
      return text("differsMissing", values);
    case "extra":
      return text("differsExtra", values);
    default:
      return text("differsOther", values);
  }
}
