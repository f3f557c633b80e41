// What came back: runs of the samples, and hand-ins with their verdicts.

import { make } from "./elements";
import type { Difference, Item, Language, SampleReport, Submission } from "./state";
import { decimal, text, timeOfDay, word } from "./texts";

export function showReport(root: HTMLElement, item: Item, report: SampleReport): void {
  if (report.verdict === null) {
    root.replaceChildren(make("p", "notice notice-warn", text("runFailed")));
    return;
  }
  const parts: Node[] = [];
  if (report.verdict === "CE") {
    parts.push(make("p", "cluster", tag(report.verdict), word("meanings", "CE")));
  } else if (report.verdict === "AC") {
    parts.push(make("p", "notice notice-ok", text("samplesRight")));
  }
  if (report.compile_log) parts.push(compileLog(report.compile_log, report.verdict === "CE"));
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
    const boxes = make("div", "io-pair");
    if (sample !== undefined) {
      boxes.append(box(text("sampleInput"), sample.input), box(text("sampleExpected"), sample.answer));
    }
    boxes.append(box(text("sampleActual"), result.output));
    if (result.error) boxes.append(box(text("sampleError"), result.error));
    details.append(boxes);
    parts.push(details);
  });
  root.replaceChildren(...parts);
}

export function showSubmissions(root: HTMLElement, item: Item, submissions: Submission[]): void {
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
        const facts = [word("meanings", one.verdict)];
        if (one.tests_total) {
          facts.push(text(one.verdict === "AC" ? "tests" : "testsRun", { passed: one.tests_passed ?? 0, total: one.tests_total }));
        }
        if (one.verdict !== "CE" && one.tests_total) {
          facts.push(text("used", { time: decimal(one.cpu_time_ms ?? 0, 0), memory: decimal((one.memory_kib ?? 0) / 1024, 1) }));
        }
        entry.append(make("p", "muted small", facts.join(" ")));
      } else if (one.stage === "delayed") {
        entry.append(make("p", "muted small", text("delayedMeaning")));
      }
      if (one.compile_log) entry.append(compileLog(one.compile_log, false));
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

function compileLog(log: string, open: boolean): HTMLElement {
  const details = make("details", "", make("summary", "", text("compileLog")), pre(log));
  details.open = open;
  return details;
}

function box(caption: string, content: string): HTMLElement {
  const shown = content === "" ? make("p", "muted small", text("sampleNothing")) : pre(content);
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
