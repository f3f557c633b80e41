// The texts of the page, translated by whoever made it: `app/verifier_texts.py`. Places to fill are written as in the catalogues, `%(name)s`.

import type { Authentic, Code, Freshness, Status, Step } from "./findings";

export interface Words {
  timeZone: string;
  /** As they stand in a date, January first. */
  months: string[];
  steps: Record<Step, string>;
  /** Title, meaning, what to do. */
  findings: Record<Code, [string, string, string]>;
  answers: Record<Authentic | Status | Freshness, string>;
  words: Record<string, string>;
  /** Why a certificate was revoked or suspended. */
  reasons: Record<string, string>;
  /** The assurance label: what each topic is about, and what each of its words means. */
  topics: Record<string, { title: string; words: Record<string, string> }>;
}

export function readWords(element: HTMLElement): Words {
  return JSON.parse(element.textContent ?? "") as Words;
}

export function fill(words: Words, key: string, values: Record<string, string> = {}): string {
  return (words.words[key] ?? key).replace(/%\((\w+)\)s/g, (_, name: string) => values[name] ?? "");
}

/** A moment in the centre's time zone, as every other page writes it: `27 November 2026, 01:10`; the day alone unless asked otherwise. */
export function when(words: Words, moment: string, style: "day" | "minute" = "day"): string {
  // Months come with the page: not every browser knows those of Kazakh. Digits and zones they all know.
  const numeric: Intl.DateTimeFormatOptions = { day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit" };
  const parts = new Intl.DateTimeFormat("en-GB", { ...numeric, hourCycle: "h23", timeZone: words.timeZone }).formatToParts(new Date(moment));
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
  const day = `${of("day")} ${words.months[Number(of("month")) - 1] ?? ""} ${of("year")}`;
  return style === "day" ? day : `${day}, ${of("hour")}:${of("minute")}`;
}
