// In which form a certificate was handed over, from how its bytes begin. What is nothing else is taken for a certificate file.

import { isToken } from "./jwt";
import { isPdf } from "./pdf";
import { isCode, SECOND_CODE_PREFIX, TEXT_MAX_CHARS } from "./qr";
import { isSdJwt } from "./sd_jwt";

export type Carrier = "bundle" | "jwt" | "qr" | "second-code" | "pdf" | "sd-jwt";

export function carrierOf(data: Uint8Array): Carrier {
  if (isPdf(data)) return "pdf";
  const begin = asciiOf(data.slice(0, TEXT_MAX_CHARS));
  if (begin.startsWith(SECOND_CODE_PREFIX)) return "second-code";
  if (isCode(begin)) return "qr";
  if (isSdJwt(begin)) return "sd-jwt";
  return isToken(begin) ? "jwt" : "bundle";
}

/** Every byte beyond ASCII becomes one sign that no carrier has. */
export function asciiOf(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += byte < 0x80 ? String.fromCharCode(byte) : "\ufffd";
  return text;
}
