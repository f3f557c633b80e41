// A report as a page: the verdict, three answers, what the certificate says, every step. The markup of `templates/verifier/_report.html`.

import { make } from "../exam/elements";
import type { Alignment, Checked, Report, Summary } from "./report";
import { fill, when, type Words, writtenDate } from "./words";

type Tone = "ok" | "warn" | "bad" | "neutral";

const TONES: Record<string, Tone> = {
  authentic: "ok",
  good: "ok",
  fresh: "ok",
  "not-authentic": "bad",
  revoked: "bad",
  expired: "bad",
  suspended: "warn",
  "not-yet-valid": "warn",
  stale: "warn",
  signed: "warn",
};

const toneOf = (answer: string): Tone => TONES[answer] ?? "neutral";

/** What stands in the place of the words of a finding, e.g. in a kit that outlived its centre. */
export type Instead = (report: Report) => { title: string; meaning: string } | undefined;

export function shown(report: Report, words: Words, notes: string[], instead: Instead = () => undefined): HTMLElement[] {
  const sections = [verdict(report, words, notes, instead(report)), answers(report, words)];
  if (report.certificate !== null) {
    const { certificate } = report;
    sections.push(card("says", fill(words, "says"), facts(certificate, words), ...levels(certificate, words), ...label(certificate, words)));
  }
  sections.push(card("checked", fill(words, "checked"), steps(report, words)));
  return sections;
}

function verdict(report: Report, words: Words, notes: string[], instead: ReturnType<Instead>): HTMLElement {
  let tone = report.verified ? "ok" : toneOf(report.authentic === "authentic" ? report.status : report.authentic);
  if (!report.verified && tone === "ok") tone = "warn";
  const mark = make("p", "verdict-mark", tone === "ok" ? "✓" : tone === "bad" ? "✗" : "!");
  mark.setAttribute("aria-hidden", "true");
  // With nothing wrong in it, that is what there is to say first; then what this form cannot show.
  const [unshown] = report.steps.filter((checked) => checked.outcome === "not-checked" && checked.finding !== undefined).slice(-1);
  const finding = report.verified ? undefined : (report.failure ?? unshown)?.finding;
  const nothingFound = report.verified ? "verified" : "unshown";
  const told = finding === undefined ? undefined : words.findings[finding];
  const [title, meaning] =
    told === undefined
      ? [fill(words, nothingFound), fill(words, `${nothingFound}Means`)]
      : report.failure === null
        ? [fill(words, nothingFound), `${told[0]}. ${told[1]}`]
        : told;
  const action = told?.[2];
  const heading = make("h2", "", instead?.title ?? title);
  heading.id = "verdict";
  heading.tabIndex = -1;
  const { failure, reason } = report;
  const eyebrow = failure === null || instead !== undefined ? "" : fill(words, "failedStep", { number: String(failure.number), count: String(report.steps.length) });
  const said = make("div", "stack stack-tight", ...(eyebrow ? [make("p", "muted small", eyebrow)] : []), heading, make("p", "", instead?.meaning ?? meaning));
  if (action !== undefined && instead === undefined) said.append(make("p", "", make("strong", "", fill(words, "toDo")), " ", action));
  if (reason !== null) said.append(make("p", "", make("strong", "", fill(words, "reason")), " ", words.reasons[reason] ?? reason));
  for (const note of notes) said.append(make("p", "small", note));
  const section = make("section", `verdict verdict-${tone}`, mark, said);
  section.setAttribute("aria-labelledby", "verdict");
  return section;
}

function answers(report: Report, words: Words): HTMLElement {
  const list = make("ul", "answers");
  const questions: [string, Report["authentic"] | Report["status"] | Report["freshness"]][] = [
    [fill(words, "isAuthentic"), report.authentic],
    [fill(words, "isGood"), report.status],
    [fill(words, "isFresh"), report.freshness],
  ];
  for (const [question, answer] of questions) {
    const tag = make("span", `tag tag-${toneOf(answer)}`, words.answers[answer]);
    list.append(make("li", "card answer", make("p", "muted", question), make("p", "", tag)));
  }
  if (report.statusAsOf !== null)
    list.lastElementChild?.append(make("p", "muted small", fill(words, "asOf", { time: when(words, report.statusAsOf, "minute") })));
  return list;
}

function facts(certificate: Summary, words: Words): HTMLElement {
  const { score, maximum, required, issuer, issuerId, serial } = certificate;
  const list = make("dl", "facts");
  const add = (key: string, ...told: (Node | string)[]): void => list.append(make("dt", "", fill(words, key)), make("dd", "", ...told));
  const withheld = (): HTMLElement => make("span", "muted", fill(words, "withheld"));
  add("holder", certificate.holder || withheld());
  add("certificate", certificate.achievement);
  add("score", score === "" ? withheld() : fill(words, "points", { points: score, maximum, required }));
  add("exam", day(certificate.satAt, words));
  add("issued", day(certificate.awardedAt, words));
  add("validUntil", certificate.validUntil === null ? fill(words, "endless") : day(certificate.validUntil, words));
  add("issuer", issuer, make("br"), make("span", "mono small muted", issuerId));
  add("number", make("span", "mono", serial));
  return list;
}

/** Levels in frameworks, and the parts of the exam. */
function levels(certificate: Summary, words: Words): HTMLElement[] {
  const shownLevels: HTMLElement[] = [];
  if (certificate.alignments.length > 0) {
    const list = make("dl", "facts");
    for (const entry of certificate.alignments) {
      const told = entry.framework ? [`${entry.code}: `, link(entry)] : [entry.code];
      list.append(make("dt", "", entry.framework || fill(words, "code")), make("dd", "", ...told));
    }
    shownLevels.push(make("h3", "facts-title", fill(words, "levels")), list);
  }
  if (certificate.competences.length > 0) {
    const heading = make("h3", "facts-title", fill(words, "parts"));
    heading.id = "parts";
    const body = make("tbody");
    for (const { name, score, maximum, alignments } of certificate.competences) {
      const title = make("th", "", name);
      title.scope = "row";
      const reached = alignments.flatMap((entry, place): (Node | string)[] => (place > 0 ? [make("br"), link(entry)] : [link(entry)]));
      const points = fill(words, "partPoints", { points: score, maximum });
      const cells = [make("td", "nowrap", points), make("td", "", ...(reached.length > 0 ? reached : ["–"]))];
      cells.forEach((cell, place) => cell.setAttribute("data-label", fill(words, ["partScore", "reached"][place] ?? "")));
      body.append(make("tr", "", title, ...cells));
    }
    const columns = ["part", "partScore", "reached"].map((key) => {
      const column = make("th", "", fill(words, key));
      column.scope = "col";
      return column;
    });
    const table = make("table", "table table-cards", make("thead", "", make("tr", "", ...columns)), body);
    const wrap = make("div", "table-wrap", table);
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "region");
    wrap.setAttribute("aria-labelledby", "parts");
    shownLevels.push(heading, wrap);
  }
  return shownLevels;
}

/** Under which circumstances the exam was held. */
function label(certificate: Summary, words: Words): HTMLElement[] {
  if (certificate.assurance.length === 0) return [];
  const list = make("dl", "facts");
  for (const [topic, word] of certificate.assurance) {
    const known = words.topics[topic];
    list.append(make("dt", "", known?.title ?? topic), make("dd", "", known?.words[word] ?? figure(topic, word, words)));
  }
  if (certificate.recordsRoot !== null) {
    const root = make("span", "mono small break-all", certificate.recordsRoot);
    list.append(make("dt", "", fill(words, "records")), make("dd", "", root, make("br"), make("span", "muted small", fill(words, "recordsMean"))));
  }
  return [make("h3", "facts-title", fill(words, "held")), list];
}

/** What a topic says with a date or a number instead of a word. */
function figure(topic: string, word: string, words: Words): HTMLElement | string {
  if (topic === "measurement-error") return fill(words, "eitherWay", { points: word });
  if (topic !== "form") return word;
  const time = make("time", "", writtenDate(words, word));
  time.dateTime = word;
  return time;
}

function link(entry: Alignment): HTMLElement {
  const anchor = make("a", "", entry.name);
  anchor.href = entry.url;
  anchor.rel = "noopener noreferrer";
  anchor.title = entry.framework;
  return anchor;
}

function day(moment: string, words: Words): HTMLElement {
  const time = make("time", "", when(words, moment));
  time.dateTime = moment;
  return time;
}

function steps(report: Report, words: Words): HTMLElement {
  return make("ol", "steps", ...report.steps.map((checked) => step(checked, words)));
}

function step(checked: Checked, words: Words): HTMLElement {
  const outcome = make("span", "visually-hidden", `${fill(words, checked.outcome)}:`);
  const number = make("span", "muted", `${checked.number}.`);
  const told = make("div", "", make("p", "", number, ` ${words.steps[checked.step]}`));
  if (checked.finding !== undefined) {
    const [title, meaning, action] = words.findings[checked.finding];
    told.append(make("p", "", make("strong", "", `${title}.`), ` ${meaning}`));
    told.append(make("p", "", make("strong", "", fill(words, "toDo")), ` ${action}`));
    if (checked.detail) told.append(make("p", "mono small muted", `${checked.finding}: ${checked.detail}`));
  }
  const tone = { passed: "ok", failed: "bad", "not-checked": "skipped" }[checked.outcome];
  return make("li", `is-${tone}`, outcome, told);
}

function card(id: string, title: string, ...content: HTMLElement[]): HTMLElement {
  const heading = make("h2", "card-title", title);
  heading.id = id;
  const section = make("section", "card", heading, ...content);
  section.setAttribute("aria-labelledby", id);
  return section;
}
