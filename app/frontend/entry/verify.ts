// The verify page: keys and whole status lists are fetched from this host, never anything about one certificate, and then every check is
// made here.

import { find } from "../exam/elements";
import { startPage, type Source } from "../verify/page";
import { writeTimestamp } from "../verify/timestamps";
import { NEEDED } from "../verify/status_list";
import { verifyEd25519, verifyMlDsa44, verifyP256 } from "../verify/signatures";
import { trustIn, usesMlDsa, type Trust } from "../verify/trust";
import { readWords } from "../verify/words";

/** Lists are fetched again by the clock, and not when something is checked: that would tell when. */
const RENEW_AFTER_MS = 5 * 60_000;

async function load(): Promise<Source> {
  const addresses = ["/.well-known/did.json", ...NEEDED.map((purpose) => `/status/${purpose}`)];
  // Reasons are told if the centre has any; a centre of an earlier version has no such list.
  const reasons = fetched("/status/message").catch(() => undefined);
  const [keys, ...needed] = await Promise.all(addresses.map(fetched));
  const told = await reasons;
  const lists = told === undefined ? needed : [...needed, told];
  const trust = trustIn(keys === undefined ? [] : [keys]);
  await Promise.all([import("../verify/contexts"), warm(trust)]); // the largest parts: from here on nothing more is fetched
  return { trust, lists, asOf: writeTimestamp(Date.now()) };
}

async function fetched(path: string): Promise<Uint8Array> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Let every kind of signature that this centre uses be tried once, so that what verifies it is here. */
async function warm(trust: Trust): Promise<void> {
  const nothing = new Uint8Array();
  await Promise.all([verifyEd25519(new Uint8Array(32), new Uint8Array(64), nothing), verifyP256(new Uint8Array(65), new Uint8Array(64), nothing)]);
  if ([...trust.values()].some(usesMlDsa)) await verifyMlDsa44(nothing, nothing, nothing);
}

if ("DecompressionStream" in window) {
  let source = load();
  startPage({ words: readWords(find(document, "#verifier-texts")), load: () => source, ready: "ready" });
  setInterval(() => {
    const renewed = load();
    renewed.then(
      () => (source = renewed),
      () => undefined, // no line at the moment: what is here goes on
    );
  }, RENEW_AFTER_MS);
}
