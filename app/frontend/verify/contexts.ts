// What a credential means, as canonical N-Quads (RDF Dataset Canonicalization 1.0). The contexts are in this script and never fetched.
//
// The largest part of the verifier, so it is a part of its own that the page fetches once, before anything is checked.

import jsonld from "jsonld";
import { bytesToHex } from "@noble/hashes/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";

import credentials from "../../../certificates/contexts/credentials-v2.json";
import openBadges from "../../../certificates/contexts/ob-v3p0-3.0.3.json";
import extensions from "../../../certificates/contexts/ob-v3p0-extensions.json";
import { utf8 } from "./bytes";
import { CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS } from "./profile";
import type { JsonObject } from "./strict_json";

const BUNDLED = new Map<string, object>([
  [CREDENTIALS_V2, credentials],
  [OPEN_BADGES, openBadges],
  [OPEN_BADGES_EXTENSIONS, extensions],
]);

/** Throws if the document is not JSON-LD. */
export async function canonicalRdf(document: JsonObject): Promise<Uint8Array> {
  const quads = await jsonld.canonize(document, {
    algorithm: "RDFC-1.0",
    format: "application/n-quads",
    documentLoader: load,
    canonizeOptions: { createMessageDigest: () => new Digest() },
  });
  return utf8(quads);
}

async function load(address: string): Promise<{ contextUrl: null; documentUrl: string; document: object }> {
  const document = BUNDLED.get(address);
  if (document === undefined) throw new Error(`${address} is not bundled, and contexts are never fetched`);
  return { contextUrl: null, documentUrl: address, document };
}

/** The library's own digest is the browser's, which answers later and is missing without HTTPS. */
class Digest {
  private content = "";

  update(more: string): void {
    this.content += more;
  }

  digest(): string {
    return bytesToHex(sha256(utf8(this.content)));
  }
}
