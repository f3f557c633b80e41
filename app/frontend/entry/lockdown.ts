/** The page of a challenge: it answers for its own address, and goes back to where the step is taken. While held it waits. */

import { Problem, call } from "../exam/api";
import { find } from "../exam/elements";
import { hashesHere } from "../exam/lockdown";

const LOOK_MS = 4_000;
/** A line that is slow again and again: the candidate decides when to try, instead of a page that never rests. */
const TURNS_KEY = "sarap:lockdown-turns";
const TURNS_MAX = 3;

const room = find(document, "#lockdown-check");
const back = room.dataset["back"] ?? "/exams";
const session = room.dataset["session"] ?? "";

void answer();

async function answer(): Promise<void> {
  try {
    await call("POST", room.dataset["answer"] ?? "", { ...(await hashesHere()), last: true });
    sessionStorage.removeItem(TURNS_KEY);
    location.replace(back);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const turns = Number(sessionStorage.getItem(TURNS_KEY) ?? 0) + 1;
    sessionStorage.setItem(TURNS_KEY, String(turns));
    if (error.code !== "lockdown-held" && turns < TURNS_MAX) {
      location.replace(back);
      return;
    }
    show("held");
    void look();
  }
}

function show(state: string): void {
  for (const part of room.querySelectorAll<HTMLElement>("[data-when]")) part.hidden = part.dataset["when"] !== state;
  room.querySelector<HTMLElement>(`[data-when="${state}"] h1`)?.focus();
}

/** Wait until a proctor lets the session go on. */
async function look(): Promise<void> {
  try {
    const state = await call<{ held: boolean; waived: boolean; fault: string }>("GET", `/api/sessions/${session}/lockdown`);
    for (const part of room.querySelectorAll<HTMLElement>("[data-fault]")) part.hidden = part.dataset["fault"] !== state.fault;
    if (state.waived || !state.held) {
      sessionStorage.removeItem(TURNS_KEY);
      location.replace(back);
      return;
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
  setTimeout(() => void look(), LOOK_MS);
}
