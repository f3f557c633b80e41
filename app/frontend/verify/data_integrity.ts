// Signatures inside the document: two Data Integrity proofs, in this order (`certificates/data_integrity.py`).

import { concatBytes, sha256 } from "./bytes";
import { readSignature } from "./multikey";
import { verifyEd25519 } from "./signatures";
import { canonical, canonicalText, type JsonObject } from "./strict_json";

export const SUITES = ["eddsa-rdfc-2022", "eddsa-jcs-2022"] as const;
export type Suite = (typeof SUITES)[number];

/** Say whether `proof` is a signature by `publicKey` over `document`, which is given without its `proof`. */
export async function proofHolds(document: JsonObject, proof: JsonObject, suite: Suite, publicKey: Uint8Array): Promise<boolean> {
  const { proofValue, ...options } = proof;
  if (options["cryptosuite"] !== suite || options["type"] !== "DataIntegrityProof") return false;
  const context = options["@context"];
  if (context !== undefined && canonicalText(context) !== canonicalText(document["@context"] ?? null)) return false;
  try {
    return await verifyEd25519(publicKey, readSignature(String(proofValue)), await hashData(document, options, suite));
  } catch {
    return false;
  }
}

async function hashData(document: JsonObject, options: JsonObject, suite: Suite): Promise<Uint8Array> {
  if (suite === "eddsa-jcs-2022") return concatBytes(sha256(canonical(options)), sha256(canonical(document)));
  const { canonicalRdf } = await import("./contexts");
  // Section 3.2.5: the options borrow the document's context for canonicalising and only for that.
  const borrowed = { ...options, "@context": document["@context"] ?? null };
  return concatBytes(sha256(await canonicalRdf(borrowed)), sha256(await canonicalRdf(document)));
}
