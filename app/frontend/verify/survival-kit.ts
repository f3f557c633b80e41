// The page of a survival kit, opened from a disk: keys, lists and log stand beside it as scripts, because a page on a disk may load
// nothing else. There is no network in it, and none is asked for.

import { find } from "../exam/elements";
import { hexToBytes, utf8 } from "./bytes";
import { carrierOf } from "./carriers/carrier";
import { readCode } from "./carriers/qr";
import { BLOCK_WIDTH, inclusionProof } from "./log/blocks";
import { writeProof } from "./log/proof";
import { startPage } from "./page";
import type { Report } from "./report";
import { trustIn } from "./trust";
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

/** A code on paper says where its entry is in the log, and the log is here. */
async function proofFor(data: KitData, given: Uint8Array): Promise<Uint8Array> {
  if (carrierOf(given) !== "qr") return new Uint8Array();
  let index: number;
  try {
    index = Number(readCode(new TextDecoder().decode(given)).signed.logIndex);
  } catch {
    return new Uint8Array(); // the check says what is wrong with it
  }
  if (index >= data.size) return new Uint8Array(); // issued after this kit was made
  const block = await hashesOf(Math.floor(index / BLOCK_WIDTH));
  const hashes = inclusionProof(index, data.size, block, data.blockRoots.map(hexToBytes));
  return utf8(writeProof({ index: BigInt(index), hashes, checkpoint: data.checkpoint }));
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
