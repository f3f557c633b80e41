// What is written into the log for a certificate: one line that commits to it without telling it (`certificates/log/entry.py`).

import { bytesToHex, concatBytes, sha256, utf8 } from "../bytes";
import { canonical, type JsonObject } from "../strict_json";

/** Commit to a credential without telling it. `unsigned` is its canonical form without proofs. */
export function bindingOf(salt: Uint8Array, unsigned: Uint8Array): Uint8Array {
  return sha256(concatBytes(salt, sha256(unsigned)));
}

export function issueEntry(credentialId: string, compact: Uint8Array, binding: Uint8Array): Uint8Array {
  return entry("issue", { id: credentialId, compact: bytesToHex(sha256(compact)), binding: bytesToHex(binding) });
}

function entry(kind: string, committed: JsonObject): Uint8Array {
  return utf8(`sarap/v1 ${kind} ${bytesToHex(sha256(canonical(committed)))}`);
}
