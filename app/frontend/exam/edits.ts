// Edits, as the journal takes them: what changed in one file, in UTF-16 offsets of its text before.

export type Change = [from: number, to: number, inserted: string];

/** How a text changed: in places that ascend and do not overlap, or as a whole. */
export type TextChange = { changes: Change[] } | { whole: string };

/** What a candidate did to a program. `file` is "" for the main file. */
export type Edit = { language: string; file: string } & (TextChange | { removed: true } | { chosen: true });

/** One change that makes `now` of `before`. It never parts the two halves of a letter outside of the first 65,536. */
export function difference(before: string, now: string): Change {
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before[start] === now[start]) start += 1;
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end -= 1;
  return [start, before.length - end, now.slice(start, now.length - end)];
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
