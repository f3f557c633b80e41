/**
 * The page that waits for the start. It fetches the sealed form, counts down to a booked time, and when the candidate presses the
 * button it asks for the key alone and becomes the exam page. Without what that needs, the button is an ordinary form.
 */

import { Api, Problem, call } from "../exam/api";
import { find, say } from "../exam/elements";
import { Damaged, canOpen, fetchForm, openForm } from "../exam/form";
import { needsProof, prove } from "../exam/lockdown";
import { startExam } from "../exam/room";
import type { Session, Started } from "../exam/state";

/** How often a start is asked for again whose answer did not come. Asking again is harmless: the first start stands. */
const AGAIN_MS = [500, 1_000, 2_000, 4_000];
const COUNT_MS = 250;

const form = find<HTMLFormElement>(document, "#start");
const button = find<HTMLButtonElement>(form, "button");
const state = find(document, "#start-state");
const texts = JSON.parse(find(document, "#start-texts").textContent ?? "{}") as Record<string, string>;
const sessionId = form.dataset["session"] ?? "";
const came = performance.now();
let sealed: ArrayBuffer | null = null;
let starting = false;

waitForOpening();
void fetchEarly();
void import("../exam/codemirror").catch(() => undefined); // the heaviest part of the page, which would follow it else
form.addEventListener("submit", (event) => {
  if (starting) {
    event.preventDefault();
    return;
  }
  if (sealed === null && !needsProof(form)) return;
  event.preventDefault();
  void start();
});

async function fetchEarly(): Promise<void> {
  if (!canOpen()) {
    say(state, texts["plain"] ?? "");
    return;
  }
  say(state, texts["fetching"] ?? "");
  try {
    sealed = await fetchForm(form.dataset["form"] ?? "", form.dataset["formName"] ?? "");
    say(state, texts["ready"] ?? "");
    form.dataset["ready"] = "yes";
  } catch {
    say(state, texts["plain"] ?? "");
  }
}

/** Count down by the page's own clock, which no change of the device's clock moves; the server decides in any case. */
function waitForOpening(): void {
  const opensIn = form.dataset["opensIn"];
  if (opensIn === undefined) return;
  const shown = find(document, "#opens-in");
  const tick = (): void => {
    const leftS = Number(opensIn) - (performance.now() - came) / 1000;
    button.disabled = leftS > 0;
    if (leftS > 0) {
      shown.textContent = (texts["opensIn"] ?? "").replace("{time}", countdown(leftS));
      return;
    }
    clearInterval(counting);
    say(shown, texts["open"] ?? "");
  };
  const counting = setInterval(tick, COUNT_MS);
  tick();
}

function countdown(leftS: number): string {
  const whole = Math.ceil(leftS);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  return [String(Math.floor(whole / 3600)), ...parts].join(":");
}

async function start(): Promise<void> {
  starting = true;
  button.disabled = true;
  say(state, texts["starting"] ?? "");
  try {
    if (needsProof(form)) await prove(sessionId, "start");
    const started = await releaseKey();
    await becomeExam(started);
  } catch (error) {
    if (error instanceof Problem) {
      say(state, `${error.title} ${error.detail} ${error.next}`.trim());
      starting = false;
      button.disabled = false;
      return;
    }
    // Whatever else went wrong here: the clock may run, and the server has the exam page.
    if (error instanceof Damaged) say(state, texts["damaged"] ?? "");
    location.assign(`/sessions/${sessionId}`);
  }
}

async function releaseKey(): Promise<Started> {
  for (const pause of AGAIN_MS) {
    try {
      return await call<Started>("POST", `/api/sessions/${sessionId}/start`, {});
    } catch (error) {
      if (!(error instanceof Problem) || !error.passing || error.status === 401) throw error;
      say(state, texts["retrying"] ?? "");
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return call<Started>("POST", `/api/sessions/${sessionId}/start`, {});
}

/** Put the exam page in the place of this one, with the clock as the start's answer tells it. */
async function becomeExam(started: Started): Promise<void> {
  if (sealed === null || started.key === null || started.form !== form.dataset["formName"]) {
    location.assign(`/sessions/${sessionId}`);
    return;
  }
  const html = await openForm(sealed, started.key, sessionId, form.dataset["formHash"] ?? "");
  const page = new DOMParser().parseFromString(html, "text/html");
  const stateElement = find<HTMLElement>(page, "#exam-state");
  const { key: _key, form: _form, resumed, ...clock } = started;
  const begun = JSON.parse(stateElement.textContent ?? "{}") as Session;
  // Who goes on with an exam that had begun may have saved something elsewhere.
  stateElement.textContent = JSON.stringify(resumed ? await new Api(sessionId).state() : { ...begun, ...clock });
  const room = find(page, "#exam");
  room.dataset["nonce"] = form.dataset["nonce"] ?? "";
  for (const script of page.querySelectorAll("script:not([type='application/json'])")) script.remove();
  history.replaceState(null, "", `/sessions/${sessionId}`);
  document.title = page.title;
  document.body.className = page.body.className;
  document.body.replaceChildren(...page.body.childNodes);
  document.getElementById("main")?.focus({ preventScroll: true });
  await startExam(find(document, "#exam"));
}
