// JSON that means the same to everybody who reads it, and its canonical bytes: `certificates/strict_json.py` again.
//
// A parser of its own, because `JSON.parse` keeps the last of two equal names, reads fractions and rounds what is beyond 2^53.

import { Failed } from "./findings";
import { utf8 } from "./bytes";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** Bytes. A bundle is about 12 kB; its status lists can grow to some 100 kB each when a centre has revoked much. */
export const BUNDLE_MAX_BYTES = 1024 * 1024;
/** Levels of objects and arrays. A bundle has 8. */
export const DEPTH_MAX = 32;
/** Levels at which nobody reads on to see what else is wrong. */
const DEPTH_HOPELESS = 900;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Read one JSON text. Throws `Failed` with the finding that says what is wrong. */
export function read(data: Uint8Array, maxBytes = BUNDLE_MAX_BYTES): Json {
  if (data.length > maxBytes) throw new Failed("file-too-large", `${data.length} bytes, at most ${maxBytes}`);
  if (data.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))) throw new Failed("file-empty");
  try {
    return new Parser(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data)).whole();
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw new Failed("not-json", error instanceof Error ? error.message : "");
  }
}

export function readObject(data: Uint8Array, maxBytes = BUNDLE_MAX_BYTES): JsonObject {
  const value = read(data, maxBytes);
  if (!isObject(value)) throw new Failed("not-a-certificate", "not a JSON object");
  return value;
}

/** RFC 8785: names sorted by UTF-16 units, no spaces, `JSON.stringify`'s own escapes (its section 3.2.2.2). */
export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonicalText(value[name] ?? null)}`);
  return `{${members.join(",")}}`;
}

export const canonical = (value: Json): Uint8Array<ArrayBuffer> => utf8(canonicalText(value));

const LITERALS: [string, Json][] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Record<string, string> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Parser {
  private place = 0;
  private depth = 0;
  private deepest = 0;

  constructor(private readonly text: string) {}

  whole(): Json {
    const value = this.value();
    this.spaces();
    if (this.place !== this.text.length) throw this.wrong("more after the end");
    if (this.deepest > DEPTH_MAX) throw new Failed("too-deep", `more than ${DEPTH_MAX} levels`);
    return value;
  }

  private value(): Json {
    this.spaces();
    const character = this.text[this.place];
    if (character === "{" || character === "[") {
      this.depth += 1;
      this.deepest = Math.max(this.deepest, this.depth);
      if (this.depth > DEPTH_HOPELESS) throw new Failed("too-deep", `more than ${DEPTH_MAX} levels`);
      const value = character === "{" ? this.object() : this.array();
      this.depth -= 1;
      return value;
    }
    if (character === '"') return this.string();
    for (const [word, value] of LITERALS) {
      if (this.text.startsWith(word, this.place)) {
        this.place += word.length;
        return value;
      }
    }
    return this.number();
  }

  private object(): JsonObject {
    const members: JsonObject = Object.create(null) as JsonObject;
    let twice: string | undefined;
    this.place += 1;
    this.spaces();
    if (this.take("}")) return members;
    do {
      this.spaces();
      if (this.text[this.place] !== '"') throw this.wrong("a name was expected");
      const name = this.string();
      this.spaces();
      if (!this.take(":")) throw this.wrong("a colon was expected");
      const value = this.value();
      if (name in members) twice ??= name;
      members[name] = value;
      this.spaces();
    } while (this.take(","));
    if (!this.take("}")) throw this.wrong("a comma or a brace was expected");
    if (twice !== undefined) throw new Failed("duplicate-member", twice.slice(0, 100));
    return members;
  }

  private array(): Json[] {
    const entries: Json[] = [];
    this.place += 1;
    this.spaces();
    if (this.take("]")) return entries;
    do {
      entries.push(this.value());
      this.spaces();
    } while (this.take(","));
    if (!this.take("]")) throw this.wrong("a comma or a bracket was expected");
    return entries;
  }

  private string(): string {
    let result = "";
    this.place += 1;
    for (;;) {
      PLAIN.lastIndex = this.place;
      const plain = PLAIN.exec(this.text)?.[0] ?? "";
      result += plain;
      this.place += plain.length;
      const character = this.text[this.place];
      this.place += 1;
      if (character === '"') break;
      if (character !== "\\") throw this.wrong("a string without an end, or a control character in it");
      const escape = this.text[this.place] ?? "";
      this.place += 1;
      if (escape === "u") {
        const digits = this.text.slice(this.place, this.place + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.wrong("not an escape");
        result += String.fromCharCode(Number.parseInt(digits, 16));
        this.place += 4;
      } else {
        const stands = ESCAPES[escape];
        if (stands === undefined) throw this.wrong("not an escape");
        result += stands;
      }
    }
    if (/\p{Surrogate}/u.test(result)) throw this.wrong("half a character");
    return result;
  }

  private number(): number {
    NUMBER.lastIndex = this.place;
    const found = NUMBER.exec(this.text);
    if (found === null) throw this.wrong("a value was expected");
    const [digits, fraction, exponent] = found;
    const value = Number(digits);
    if (fraction !== undefined || exponent !== undefined) throw this.wrong("only integers are allowed");
    if (!Number.isSafeInteger(value)) throw this.wrong("number out of range");
    this.place += digits.length;
    return value === 0 ? 0 : value; // there is no negative zero
  }

  private spaces(): void {
    while (" \t\n\r".includes(this.text[this.place] ?? "x")) this.place += 1;
  }

  private take(character: string): boolean {
    if (this.text[this.place] !== character) return false;
    this.place += 1;
    return true;
  }

  private wrong(what: string): Error {
    return new Error(`${what} at ${this.place}`);
  }
}
