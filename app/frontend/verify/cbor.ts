// Deterministic CBOR (RFC 8949, section 4.2.1), and of it only what codes are written in: whole numbers, bytes, texts, arrays, maps with
// whole numbers as keys, and tags. Whoever reads writes again and compares, so that nothing has two ways to be written.

import { concatBytes, utf8 } from "./bytes";

export type Cbor = number | bigint | string | Uint8Array | Cbor[] | Map<number, Cbor> | Tagged;

export class Tagged {
  constructor(
    readonly tag: number,
    readonly value: Cbor,
  ) {}
}

/** Levels. A code has 4. */
const DEPTH_MAX = 8;

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;

export function writeCbor(value: Cbor): Uint8Array {
  if (value instanceof Uint8Array) return concatBytes(head(BYTES, value.length), value);
  if (value instanceof Tagged) return concatBytes(head(TAG, value.tag), writeCbor(value.value));
  if (Array.isArray(value)) return concatBytes(head(ARRAY, value.length), ...value.map(writeCbor));
  if (value instanceof Map) {
    const members = [...value].map(([key, own]): [Uint8Array, Uint8Array] => [writeCbor(key), writeCbor(own)]);
    members.sort(([one], [other]) => compare(one, other));
    return concatBytes(head(MAP, value.size), ...members.flat());
  }
  if (typeof value === "string") {
    const text = utf8(value);
    return concatBytes(head(TEXT, text.length), text);
  }
  return value < 0 ? head(NEGATIVE, -1n - BigInt(value)) : head(UNSIGNED, value);
}

function head(kind: number, given: number | bigint): Uint8Array {
  const value = BigInt(given);
  const first = kind << 5;
  if (value < 24n) return Uint8Array.of(first | Number(value));
  const width = [1, 2, 4, 8].find((bytes) => value < 1n << BigInt(8 * bytes));
  if (width === undefined) throw new RangeError("a number is too large for CBOR");
  const places = Array.from({ length: width }, (_, place) => Number((value >> BigInt(8 * (width - 1 - place))) & 0xffn));
  return Uint8Array.of(first | (24 + Math.log2(width)), ...places);
}

function compare(one: Uint8Array, other: Uint8Array): number {
  for (let place = 0; place < Math.min(one.length, other.length); place += 1) {
    const difference = (one[place] ?? 0) - (other[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Read one value that `writeCbor` would write. Throws `RangeError` for any other bytes. */
export function readCbor(data: Uint8Array): Cbor {
  const reader = new Reader(data);
  const value = reader.value(0);
  const written = writeCbor(value);
  if (written.length !== data.length || compare(written, data) !== 0) throw new RangeError("there is more than one way to write it");
  return value;
}

class Reader {
  private place = 0;

  constructor(private readonly data: Uint8Array) {}

  value(depth: number): Cbor {
    if (depth > DEPTH_MAX) throw new RangeError("nested too deeply");
    const [kind, size] = this.head();
    switch (kind) {
      case UNSIGNED:
        return size <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(size) : size;
      case NEGATIVE:
        return -1n - size >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(-1n - size) : -1n - size;
      case BYTES:
        return this.take(size);
      case TEXT:
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(size));
      case ARRAY:
        return this.times(size, () => this.value(depth + 1));
      case MAP: {
        const members = this.times(size, (): [number, Cbor] => [this.key(depth), this.value(depth + 1)]);
        return new Map(members);
      }
      case TAG:
        return new Tagged(Number(size), this.value(depth + 1));
      default:
        throw new RangeError("a kind of value that codes do not have");
    }
  }

  private key(depth: number): number {
    const key = this.value(depth + 1);
    if (typeof key !== "number") throw new RangeError("a key is no number");
    return key;
  }

  private times<Value>(count: bigint, read: () => Value): Value[] {
    if (count > BigInt(this.data.length)) throw new RangeError("cut off");
    return Array.from({ length: Number(count) }, read);
  }

  private head(): [number, bigint] {
    const first = this.take(1n)[0] ?? 0;
    const short = first & 31;
    if (short < 24) return [first >> 5, BigInt(short)];
    if (short > 27) throw new RangeError("of no definite length");
    const places = this.take(BigInt(1 << (short - 24)));
    return [first >> 5, places.reduce((value, place) => (value << 8n) | BigInt(place), 0n)];
  }

  private take(size: bigint): Uint8Array {
    if (size > BigInt(this.data.length - this.place)) throw new RangeError("cut off");
    const from = this.place;
    this.place += Number(size);
    return this.data.slice(from, this.place);
  }
}
