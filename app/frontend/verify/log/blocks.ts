// A proof from the log of a survival kit (`certificates/log/folder.py`): the leaf hashes of one block and the roots of all blocks.

import { nodeHash } from "./proof";

export const BLOCK_WIDTH = 65_536;
const HASH_BYTES = 32;

/** The audit path of leaf `index` in the tree of `size` leaves (RFC 6962, section 2.1.1). `block` holds the hashes of its block. */
export function inclusionProof(index: number, size: number, block: Uint8Array, roots: Uint8Array[]): Uint8Array[] {
  const first = Math.floor(index / BLOCK_WIDTH) * BLOCK_WIDTH;
  const path: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      path.unshift(rangeHash(middle, end));
      end = middle;
    } else {
      path.unshift(rangeHash(start, middle));
      start = middle;
    }
  }
  return path;

  function rangeHash(from: number, to: number): Uint8Array {
    const root = from % BLOCK_WIDTH === 0 && to === Math.min(from + BLOCK_WIDTH, size) ? roots[from / BLOCK_WIDTH] : undefined;
    if (root !== undefined) return root;
    if (to - from === 1) return block.slice((from - first) * HASH_BYTES, (from - first + 1) * HASH_BYTES);
    const middle = from + split(to - from);
    return nodeHash(rangeHash(from, middle), rangeHash(middle, to));
  }
}

/** The largest power of two below `width`, which is at least 2. */
function split(width: number): number {
  return 2 ** Math.floor(Math.log2(width - 1));
}
