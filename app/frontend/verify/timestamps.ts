// Moments as credentials write them: UTC, whole seconds, `2026-11-23T09:30:00Z`, and no other form. Here they are milliseconds.

const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/;

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;

export function writeTimestamp(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}

/** Throws `RangeError` for any other form, and for a day that no calendar has. */
export function readTimestamp(text: string): number {
  const moment = FORM.test(text) && !text.startsWith("0000") ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment) || writeTimestamp(moment) !== text) throw new RangeError(`not a timestamp: ${text.slice(0, 40)}`);
  return moment;
}
