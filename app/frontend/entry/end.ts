/**
 * The page of a result. What was written in this browser and never reached the server is sent now: it waits there for a person. When
 * nothing is left to send, nothing of the exam stays on this computer.
 */

import { Api, Problem } from "../exam/api";
import { make } from "../exam/elements";
import { ItemJournal } from "../exam/journal";
import { Lease } from "../exam/lease";
import { forgetPages } from "../exam/offline";
import { download } from "../exam/receipts";
import { JournalStore } from "../exam/store";
import { loadTexts, text } from "../exam/texts";

const place = document.getElementById("leftover");
if (place !== null) void deliver(place);

async function deliver(place: HTMLElement): Promise<void> {
  const sessionId = place.dataset["session"] ?? "";
  loadTexts(document.getElementById("leftover-texts"), undefined);
  const store = await JournalStore.open();
  const positions = await store.positions(sessionId);
  if (positions.length === 0) {
    await forgetPages();
    return;
  }
  const api = new Api(sessionId);
  const quiet = (): void => undefined;
  const heard = { nonce: "" };
  try {
    const [state, lease] = await Promise.all([
      api.state(),
      Lease.begin({ api, sessionId, store, heard, onStanding: quiet, onClock: quiet, onYield: () => Promise.resolve() }),
    ]);
    await lease.claim();
    const items = state.items.filter((item) => positions.includes(item.position));
    const journals = await Promise.all(
      items.map((item) => ItemJournal.open({ api, sessionId, item, store, lease, heard, onState: quiet, onClock: quiet })),
    );
    const before = journals.reduce((sum, one) => sum + one.unsent, 0);
    await Promise.all(journals.map((one) => one.flush()));
    const left = journals.filter((one) => one.unsent > 0);
    if (left.length === 0) {
      await forgetPages();
      await store.clear(sessionId);
    }
    if (before === 0) return;
    place.replaceChildren(make("p", "", text(left.length === 0 ? "delivered" : "undelivered")));
    if (left.length > 0) {
      // The centre did not take it. It is the candidate's all the same, to show to a person.
      const save = make("button", "button button-small", text("downloadText"));
      save.type = "button";
      save.addEventListener("click", () => {
        for (const one of left) {
          for (const [name, content] of one.files(one.language) ?? []) {
            download(`task-${one.position}-${name === "" ? one.language : name}.txt`, new Blob([content], { type: "text/plain" }));
          }
        }
      });
      place.append(make("p", "cluster", save));
    }
    place.hidden = false;
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // no line: the next visit tries again
  }
}
