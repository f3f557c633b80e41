// Ed25519 (RFC 8032) and ECDSA on P-256: by the browser where it can, by a bundled library where it cannot: Chromium before 137, or a page without HTTPS.

import { hexToBytes } from "./bytes";

let browserCan: Promise<boolean> | undefined;

// RFC 8032, section 7.1, test 1: the browser must find this right before it is asked about anything else.
const KNOWN_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const KNOWN_SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

export async function verifyEd25519(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  browserCan ??= tryBrowser();
  try {
    if (await browserCan) return await byBrowser(publicKey, signature, message);
    const { ed25519 } = await import("@noble/curves/ed25519.js");
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // a key that is no point of the curve
  }
}

async function tryBrowser(): Promise<boolean> {
  try {
    return await byBrowser(hexToBytes(KNOWN_KEY), hexToBytes(KNOWN_SIGNATURE), new Uint8Array());
  } catch {
    return false;
  }
}

async function byBrowser(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", publicKey as BufferSource, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature as BufferSource, message as BufferSource);
}

/** ES256: r and s over SHA-256; the key is an uncompressed point of 65 bytes. */
export async function verifyP256(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  if (publicKey.length !== 65 || signature.length !== 64) return false;
  try {
    if (globalThis.crypto?.subtle !== undefined) {
      const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
      const key = await crypto.subtle.importKey("raw", publicKey as BufferSource, algorithm, false, ["verify"]);
      return await crypto.subtle.verify(algorithm, key, signature as BufferSource, message as BufferSource);
    }
    const { p256 } = await import("@noble/curves/nist.js");
    return p256.verify(signature, message, publicKey, { lowS: false });
  } catch {
    return false;
  }
}

/** ML-DSA-44 (FIPS 204), by a library: no browser has it everywhere yet. */
export async function verifyMlDsa44(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean> {
  try {
    const { ml_dsa44 } = await import("@noble/post-quantum/ml-dsa.js");
    return ml_dsa44.verify(signature, message, publicKey);
  } catch {
    return false;
  }
}
