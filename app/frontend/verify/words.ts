// The texts of the page, translated by whoever made it: `app/verifier_texts.py`. Places to fill are written as in the catalogues, `%(name)s`.

import type { Authentic, Code, Freshness, Status, Step } from "./findings";

/** Months come with the page: not every browser knows those of Kazakh. */
export interface Calendar {
  /** As they stand in a date, January first. */
  months: string[];
  /** How a date is written, such as `{day} {month} {year}`. */
  date: string;
}

export interface Words extends Calendar {
  timeZone: string;
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
  // Digits and zones are what every browser knows.
  const numeric: Intl.DateTimeFormatOptions = { day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit" };
  const parts = new Intl.DateTimeFormat("en-GB", { ...numeric, hourCycle: "h23", timeZone: words.timeZone }).formatToParts(new Date(moment));
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
  const day = written(words, of("year"), of("month"), of("day"));
  return style === "day" ? day : `${day}, ${of("hour")}:${of("minute")}`;
}

/** A date of ISO 8601, such as `2026-11-27`, as every other page writes it. */
export function writtenDate(calendar: Calendar, day: string): string {
  const [year = "", month = "", date = ""] = day.split("-");
  return written(calendar, year, month, String(Number(date)));
}

function written(calendar: Calendar, year: string, month: string, day: string): string {
  const values: Record<string, string> = { year, month: calendar.months[Number(month) - 1] ?? "", day };
  return calendar.date.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
