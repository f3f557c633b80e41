// The sealed form: fetched while the candidate waits, opened with the key that the start sends. How it is made is told in
// `exams/sessions/sealed_form.py`.

const VERSION = "sarap-form-v1";
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const LENGTH_BYTES = 4;

/** What was fetched or opened is not what was sealed. Nothing of it is shown. */
export class Damaged extends Error {}

/** Whether this browser can open a form: over HTTPS or on this machine, with WebCrypto and decompression. */
export function canOpen(): boolean {
  return globalThis.isSecureContext && "subtle" in crypto && "DecompressionStream" in globalThis;
}

/** Fetch the cipher text. The browser keeps it, so that a reload is free; what has another hash is fetched once more, past what it kept. */
export async function fetchForm(address: string, name: string): Promise<ArrayBuffer> {
  for (const cache of ["force-cache", "reload"] as const) {
    const answer = await fetch(address, { cache });
    if (!answer.ok) continue;
    const sealed = await answer.arrayBuffer();
    if (hex(await crypto.subtle.digest("SHA-256", sealed)) === name) return sealed;
  }
  throw new Damaged("the form that came has another hash");
}

/** Open a form: the HTML of the exam page. Throws `Damaged` unless every byte is as it was sealed for this session. */
export async function openForm(sealed: ArrayBuffer, key: string, sessionId: string, hash: string): Promise<string> {
  const raw = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
  const secret = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const algorithm = {
    name: "AES-GCM",
    iv: sealed.slice(0, NONCE_BYTES),
    additionalData: new TextEncoder().encode(`${VERSION}\n${sessionId}\n${hash}`),
  };
  let frame: ArrayBuffer;
  try {
    frame = await crypto.subtle.decrypt(algorithm, secret, sealed.slice(NONCE_BYTES));
  } catch {
    throw new Damaged("the form does not open");
  }
  if (hex(await crypto.subtle.digest("SHA-256", frame)) !== hash) throw new Damaged("the form is another one");
  const begin = SALT_BYTES + LENGTH_BYTES;
  const length = new DataView(frame).getUint32(SALT_BYTES);
  const packed = new Blob([frame.slice(begin, begin + length)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const content = (await new Response(packed).json()) as { html: string };
  return content.html;
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
