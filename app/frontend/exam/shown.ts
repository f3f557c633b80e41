// Texts of a comparison: the first word that differs is marked, and every space can be made visible.

import { make } from "./elements";
import type { Difference } from "./state";
import { text } from "./texts";

/** The spaces of the format's default validator (`exams/judging/checker.py`). */
const WORD = /[^ \t\n\r\v\f]+/g;
const SPACE = /[ \t\n\r\v\f]/;

/** Spaces get an element each; in a longer text nobody looks for one. */
const SIGNS_MAX = 8_000;

const SIGNS: Record<string, string> = { " ": "·", "\t": "→", "\n": "↵", "\r": "␍", "\v": "␋", "\f": "␌" };

export function shownText(content: string, difference: Difference | null, side: "expected" | "actual"): Node[] {
  const place = difference === null ? null : placeOf(content, difference, side);
  if (place === null) return withSigns(content);
  const [from, to] = place;
  const mark = make("mark", "differs");
  if (from === to) mark.append(make("span", "differs-nothing", text("differsNothing")));
  else mark.append(...withSigns(content.slice(from, to)));
  return [...withSigns(content.slice(0, from)), mark, ...withSigns(content.slice(to))];
}

/** Where the difference stands in one of the two texts; null if that part of the text is not shown. */
function placeOf(content: string, difference: Difference, side: "expected" | "actual"): [number, number] | null {
  const words = [...content.matchAll(WORD)];
  const word = words[difference.token - 1];
  if (difference.kind === "whitespace") {
    const before = words[difference.token - 2];
    const from = before === undefined ? 0 : before.index + before[0].length;
    return [from, word === undefined ? content.length : word.index];
  }
  if (word !== undefined) return [word.index, word.index + word[0].length];
  const isAbsent = difference[side] === null;
  return isAbsent ? [content.length, content.length] : null;
}

function withSigns(content: string): Node[] {
  if (content.length > SIGNS_MAX) return [document.createTextNode(content)];
  const parts: Node[] = [];
  let plain = "";
  for (const letter of content) {
    if (!SPACE.test(letter)) {
      plain += letter;
      continue;
    }
    if (plain !== "") parts.push(document.createTextNode(plain));
    plain = "";
    const space = make("span", "space", letter);
    space.dataset["sign"] = SIGNS[letter] ?? "";
    parts.push(space);
  }
  if (plain !== "") parts.push(document.createTextNode(plain));
  return parts;
}
