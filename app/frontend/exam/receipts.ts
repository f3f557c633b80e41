// Receipts: what the server signed for each save. `sarap receipt verify` proves from them that nothing was lost or altered.

import type { JournalStore } from "./store";

const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Let the candidate download a session's receipts: the server's file, which proves all by itself, or without a line those that this
 * browser heard, one in each line, which the file can be checked against later (`sarap receipt verify --held`).
 */
export async function downloadReceipts(sessionId: string, store: JournalStore): Promise<void> {
  try {
    const answer = await fetch(`/sessions/${sessionId}/receipts.json`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    if (answer.ok) {
      download(`receipts-${sessionId}.json`, await answer.blob());
      return;
    }
  } catch {
    // The line is down: what was heard is here.
  }
  const heard = await store.receipts(sessionId);
  const lines = heard.map((one) => `${one.receipt}\n`).join("");
  download(`receipts-${sessionId}.txt`, new Blob([lines], { type: "text/plain" }));
}

export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), REQUEST_TIMEOUT_MS);
}
