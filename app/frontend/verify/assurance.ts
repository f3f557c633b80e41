// The assurance label: under which circumstances a result came about, as a closed list of words (`certificates/assurance.py`). What they
// mean comes with the page, translated.

export const ASSURANCE_GENRE = "assurance";
export const RECORDS_GENRE = "judging-records";

/** In the order of the label; a date and a number have a form instead of words. */
export const TOPICS: Record<string, readonly string[] | RegExp> = {
  identity: ["account", "document"],
  proctoring: ["none", "camera", "watched", "at-centre"],
  lockdown: ["none", "settings", "settings-and-program"],
  "ai-tools": ["not-allowed", "allowed"],
  form: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  "measurement-error": /^(?:(?:0|[1-9]\d{0,8})(?:\.\d{1,2})?|unknown)$/,
};

/** Say whether the label may say this. */
export function isWord(topic: string, word: string): boolean {
  const words = Object.hasOwn(TOPICS, topic) ? TOPICS[topic] : undefined;
  return words instanceof RegExp ? words.test(word) : (words?.includes(word) ?? false);
}
