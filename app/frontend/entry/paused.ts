/** The clock of an exam is stopped: the page goes back to the exam as soon as the server says that it goes on. */

const LOOK_MS = 5_000;

const place = document.querySelector<HTMLElement>("[data-paused]");
const sessionId = place?.dataset["paused"] ?? "";

async function look(): Promise<void> {
  try {
    const answer = await fetch(`/api/sessions/${sessionId}`, { headers: { Accept: "application/json" } });
    if (answer.status === 401) location.reload();
    if (!answer.ok) return;
    const state = (await answer.json()) as { paused: boolean };
    if (!state.paused) location.reload();
  } catch {
    // The line is down: the next look tells.
  }
}

new EventSource(`/sessions/${sessionId}/events`).addEventListener("changed", () => void look());
setInterval(() => void look(), LOOK_MS);
