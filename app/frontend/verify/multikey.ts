// Ed25519 keys and signatures as text: `z` + base58btc (Controlled Identifiers 1.0, section 2.2.2).

import { fromBase58btc } from "./bytes";

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

export function readKey(text: string): Uint8Array {
  const data = fromBase58btc(text);
  if (data.length !== KEY_BYTES + 2 || data[0] !== 0xed || data[1] !== 0x01) throw new RangeError("not an Ed25519 Multikey");
  return data.slice(2);
}

export function readSignature(text: string): Uint8Array {
  const data = fromBase58btc(text);
  if (data.length !== SIGNATURE_BYTES) throw new RangeError("not an Ed25519 signature");
  return data;
}
