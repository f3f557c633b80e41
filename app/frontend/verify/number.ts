// Certificate numbers in the browser: reading what was typed (certificates/serial.py), and looking one up in a crowd
// (certificates/number_lookup.py says how and why). The centre hears some first bits of a hash and nothing else.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_CHARS = 16;
const CHARS = 18;
const GROUP = 6;
const MODULUS = 1021n;
const NONCE_BYTES = 12;
const WORD_BITS = 32;
/** Bits of a number's hash that a centre is ever told, whatever it says it allows (certificates/number_lookup.py says why). */
const BITS_MAX = 10;
/** Entries of a crowd: with fewer, the centre asked for more bits than it has numbers for. */
const CROWD_LEAST = 8;

/** What a number alone tells. */
export interface Facts {
  number: string;
  achievement: string;
  awarded: string;
  validUntil: string | null;
  status: "good" | "revoked" | "suspended" | "expired";
}

interface Crowd {
  bits: number;
  entries: { hash: string; sealed: string }[];
}

/** Reads a number in any case, with spaces and dashes anywhere, O for 0, I and L for 1. Undefined if its check fails. */
export function readNumber(typed: string): string | undefined {
  const letters = typed.replace(/[\s-]/g, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  if (letters.length !== CHARS || [...letters].some((letter) => !ALPHABET.includes(letter))) return undefined;
  const value = valueOf(letters.slice(0, RANDOM_CHARS));
  if (valueOf(letters.slice(RANDOM_CHARS)) !== value % MODULUS) return undefined;
  return [0, GROUP, 2 * GROUP].map((start) => letters.slice(start, start + GROUP)).join("-");
}

function valueOf(letters: string): bigint {
  let value = 0n;
  for (const letter of letters) value = value * 32n + BigInt(ALPHABET.indexOf(letter));
  return value;
}

/** The centre would learn which number is looked up. */
export class TellsWhich extends Error {}

/** Asks the centre for crowds, each once. */
export class Lookup {
  private isTelling = false;
  private bits: Promise<number> | undefined;
  private readonly crowds = new Map<string, Promise<Crowd>>();

  /** What the centre tells of a number; undefined if it has not issued it.
   *  Throws if the centre cannot be reached, and `TellsWhich` where it would learn the number: then it is asked nothing more. */
  async find(number: string): Promise<Facts | undefined> {
    this.bits ??= fetchJson<{ bits: number }>("/api/numbers").then((said) => said.bits);
    const bits = await this.bits;
    if (!Number.isInteger(bits) || bits < 0) throw new Error("bits");
    if (bits > BITS_MAX || this.isTelling) throw new TellsWhich();
    const hash = await sha256(`sarap/number/v1 ${number}`);
    const first = new DataView(hash.buffer).getUint32(0);
    const prefix = bits === 0 ? 0 : first >>> (WORD_BITS - bits);
    const name = `${bits}-${prefix}`;
    let asked = this.crowds.get(name);
    if (asked === undefined) {
      asked = fetchJson<Crowd>(`/api/numbers/${name}`);
      this.crowds.set(name, asked);
    }
    const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const entries = (await asked).entries;
    if (bits > 0 && entries.length < CROWD_LEAST) {
      this.isTelling = true;
      throw new TellsWhich();
    }
    const entry = entries.find((one) => one.hash === hex);
    return entry && open(number, hash, entry.sealed);
  }
}

async function open(number: string, hash: Uint8Array<ArrayBuffer>, sealed: string): Promise<Facts> {
  const bytes = Uint8Array.from(atob(sealed.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", await sha256(`sarap/number-key/v1 ${number}`), "AES-GCM", false, ["decrypt"]);
  const algorithm = { name: "AES-GCM", iv: bytes.slice(0, NONCE_BYTES), additionalData: hash };
  const text = await crypto.subtle.decrypt(algorithm, key, bytes.slice(NONCE_BYTES));
  return JSON.parse(new TextDecoder().decode(text)) as Facts;
}

async function sha256(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

async function fetchJson<T>(path: string): Promise<T> {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}
