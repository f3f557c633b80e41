// The page of a survival kit, opened from a disk: keys, lists and log stand beside it as scripts, because a page on a disk may load
// nothing else. There is no network in it, and none is asked for.

import { find } from "../exam/elements";
import { hexToBytes, utf8 } from "./bytes";
import { readBundle } from "./carriers/bundle";
import { asciiOf, carrierOf, type Carrier } from "./carriers/carrier";
import { readPdf } from "./carriers/pdf";
import { readCode } from "./carriers/qr";
import { readSdJwt } from "./carriers/sd_jwt";
import { BLOCK_WIDTH, inclusionProof } from "./log/blocks";
import { checkpointIsSigned, readCheckpoint } from "./log/checkpoint";
import { readProof, writeProof, type InclusionProof } from "./log/proof";
import { startPage } from "./page";
import type { Report } from "./report";
import { countingLogKeys, readTrust, trustIn } from "./trust";
import { fill, readWords, when } from "./words";

interface KitData {
  madeAt: string;
  keys: string;
  lists: string[];
  checkpoint: string;
  size: number;
  blockRoots: string[];
}

declare global {
  var sarapKit: KitData | undefined;
  var sarapHashes: Record<number, string> | undefined;
}

const words = readWords(find(document, "#verifier-texts"));
const kit = globalThis.sarapKit;

if (kit !== undefined && "DecompressionStream" in window) {
  startPage({
    words,
    load: () =>
      Promise.resolve({ trust: trustIn([utf8(kit.keys)]), lists: kit.lists.map((list) => utf8(list)), asOf: kit.madeAt }),
    ready: "kitReady",
    instead: (report: Report) =>
      report.failure?.finding === "status-stale"
        ? { title: fill(words, "kitStale"), meaning: fill(words, "kitStaleMeans", { time: when(words, kit.madeAt, "minute") }) }
        : undefined,
    prove: (data) => proofFor(kit, data),
  });
}

/** What a carrier says of its place in the log, which is here: a code on paper has no proof, and an old proof may count no more. */
async function proofFor(data: KitData, given: Uint8Array): Promise<Uint8Array> {
  let index: number | undefined;
  try {
    index = await needsProof(data, given);
  } catch {
    return new Uint8Array(); // the check says what is wrong with it
  }
  if (index === undefined || index >= data.size) return new Uint8Array(); // issued after this kit was made
  const block = await hashesOf(Math.floor(index / BLOCK_WIDTH));
  const hashes = inclusionProof(index, data.size, block, data.blockRoots.map(hexToBytes));
  return utf8(writeProof({ index: BigInt(index), hashes, checkpoint: data.checkpoint }));
}

/** The place of an entry that the page has to prove; undefined where the carrier brings a proof under a key of the log that counts. */
async function needsProof(data: KitData, given: Uint8Array): Promise<number | undefined> {
  const carrier = carrierOf(given);
  if (carrier === "jwt") return undefined; // it does not say
  if (carrier === "qr") return Number(readCode(asciiOf(given).trim()).signed.logIndex);
  const own = await ownProof(carrier, given);
  if (own === undefined) return undefined;
  const keys = countingLogKeys(readTrust(utf8(data.keys)), Date.now()).map((key) => key.publicKey);
  const counts = await checkpointIsSigned(own.checkpoint, readCheckpoint(own.checkpoint).origin, keys);
  return counts ? undefined : Number(own.index);
}

async function ownProof(carrier: Carrier, given: Uint8Array): Promise<InclusionProof | undefined> {
  if (carrier === "second-code") return readCode(asciiOf(given).trim()).proof;
  if (carrier === "sd-jwt") {
    const { logProof } = readSdJwt(asciiOf(given).trim());
    return logProof === undefined ? undefined : readProof(logProof);
  }
  return readProof(readBundle(carrier === "pdf" ? (await readPdf(given)).bundle : given).logProof);
}

async function hashesOf(block: number): Promise<Uint8Array> {
  if (globalThis.sarapHashes?.[block] === undefined) {
    await new Promise<void>((done, failed) => {
      const script = document.createElement("script");
      script.src = `log/hashes-${String(block).padStart(3, "0")}.js`;
      script.onload = () => done();
      script.onerror = () => failed(new Error(script.src));
      document.head.append(script);
    });
  }
  return Uint8Array.from(atob(globalThis.sarapHashes?.[block] ?? ""), (character) => character.charCodeAt(0));
}
