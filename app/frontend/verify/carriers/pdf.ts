// The PDF of a certificate (`certificates/carriers/pdf.py`): the certificate file attached, and a seal over every byte. The attachment is
// what is checked, and the seal, whose key the centre's document names; what the pages show is for people.
//
// The reader is small on purpose and strict: it takes only what a centre writes, two revisions and a plain cross-reference table.

import { concatBytes, equal, hexToBytes, sha256 } from "../bytes";
import { Failed } from "../findings";
import { verifyP256 } from "../signatures";
import { unpack } from "../status_list";
import { BUNDLE_MAX_BYTES, readObject, type JsonObject } from "../strict_json";
import type { TrustedKey } from "../trust";

const BUNDLE_NAME = "certificate.sarap.json";
const PRINT_NAME = "print.json";
const CODE_MAX_CHARS = 4_296;
const REVISIONS_MAX = 8;
const OBJECTS_MAX = 5_000;
const HEADER_MAX_BYTES = 4_096;
const CMS_MAX_BYTES = 32 * 1024;

/** What is in a certificate's PDF. Nothing of it is believed before it is verified. */
export interface Pdf {
  data: Uint8Array;
  unsealedBytes: number;
  bundle: Uint8Array;
}

export function isPdf(data: Uint8Array): boolean {
  return lettersOf(data.slice(0, 5)) === "%PDF-";
}

/** Read the attachments of a certificate's PDF, sealed or not. Throws `Failed`. */
export async function readPdf(data: Uint8Array): Promise<Pdf> {
  if (data.length > BUNDLE_MAX_BYTES) throw new Failed("file-too-large", `${data.length} bytes, at most ${BUNDLE_MAX_BYTES}`);
  try {
    const text = lettersOf(data);
    const unsealedBytes = firstRevision(text);
    const attached = await new Revision(data, text.slice(0, unsealedBytes)).attachments();
    const [bundle, print] = [attached.get(BUNDLE_NAME), attached.get(PRINT_NAME)];
    if (bundle === undefined || print === undefined) throw new RangeError("the certificate is not attached");
    checkPrint(readObject(print));
    return { data, unsealedBytes, bundle };
  } catch (error) {
    throw new Failed("pdf-unreadable", error instanceof Error ? error.message.slice(0, 200) : "");
  }
}

/** What the pages were made from besides the certificate (`certificates/carriers/printed.py`): nothing is made of it here. */
function checkPrint(print: JsonObject): void {
  const { format, language, template, front, second, ...more } = print;
  const codes = [front, second].every((code) => typeof code === "string" && [...code].length <= CODE_MAX_CHARS);
  const isKnown = format === "sarap-print/1" && (language === "kk" || language === "ru" || language === "en");
  const isEdition = typeof template === "string" && /^[0-9a-f]{64}$/.test(template);
  if (!codes || !isKnown || !isEdition || Object.keys(more).length > 0) throw new RangeError("not the data of a printed certificate");
}

/** Find the seal, see that it covers everything, and say whose it is: the method of one of the keys. Throws `Failed`. */
export async function sealedBy(pdf: Pdf, keys: TrustedKey[]): Promise<TrustedKey | undefined> {
  const { data, unsealedBytes } = pdf;
  if (unsealedBytes === data.length) throw new Failed("seal-missing");
  const text = lettersOf(data);
  const ranges = [...text.slice(unsealedBytes).matchAll(/\/ByteRange \[0 (\d{1,8}) (\d{1,8}) (\d{1,8})\]/g)];
  const [range] = ranges;
  if (range === undefined || ranges.length !== 1) throw new Failed(ranges.length > 0 ? "seal-broken" : "seal-missing", `${ranges.length} signatures`);
  const [end = 0, start = 0, rest = 0] = range.slice(1).map(Number);
  if (!(unsealedBytes < end && end < start) || start + rest !== data.length)
    throw new Failed("seal-broken", "the signature does not cover the whole file");
  const [, hexadecimal] = /^<((?:[0-9A-F]{2})+)>$/.exec(text.slice(end, start)) ?? [];
  if (hexadecimal === undefined || start - end > 2 * CMS_MAX_BYTES)
    throw new Failed("seal-broken", "between the signed parts is something else than the signature");
  let found: Cms;
  try {
    found = readCms(hexToBytes(hexadecimal.toLowerCase()));
  } catch {
    throw new Failed("seal-broken", "not a CMS signature");
  }
  const digest = sha256(concatBytes(data.slice(0, end), data.slice(start)));
  if (!equal(digest, found.digest)) throw new Failed("seal-broken", "the file was changed after it was sealed");
  for (const key of keys) {
    const [attributes, written] = writeCms(key.chain, digest, found.value);
    // What the centre would have written with this key, byte for byte: there is nothing in it that the key does not answer for.
    if (written !== undefined && equal(written, found.cms) && (await verifyP256(key.publicKey, found.value, attributes))) return key;
  }
  // Not ours. Is it somebody else's seal, or was ours changed?
  if (!(await isConsistent(found))) throw new Failed("seal-broken", "a CMS signature that is not written as a centre writes it");
  return undefined;
}

/** Say whether a CMS is right in itself: its leaf made the signature, and each certificate is signed by one that is there. */
async function isConsistent(found: Cms): Promise<boolean> {
  try {
    const leaf = found.certificates.find((one) => equal(signerOf(one), found.signer));
    if (leaf === undefined) return false;
    const chain = [leaf, ...found.certificates.filter((one) => one !== leaf)];
    const [attributes, written] = writeCms(chain, found.digest, found.value);
    if (written === undefined || !equal(written, found.cms) || !(await verifyP256(pointOf(leaf), found.value, attributes))) return false;
    for (const one of chain) {
      const [said, , signature] = partsOf(derIn(one).content);
      const [r, s] = partsOf(derIn(signature?.content.slice(1) ?? new Uint8Array()).content);
      const signed = chain.map((issuer) => verifyP256(pointOf(issuer), concatBytes(half(r), half(s)), said?.whole ?? new Uint8Array()));
      if (!(await Promise.all(signed)).includes(true)) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function firstRevision(text: string): number {
  const last = /startxref\n(\d{1,8})\n%%EOF\n?$/.exec(text.slice(-64));
  if (last === null) throw new RangeError("not a whole PDF file");
  let place = Number(last[1]);
  for (let revision = 0; ; revision += 1) {
    if (revision === REVISIONS_MAX) throw new RangeError("changed too often");
    const previous = /\/Prev (\d{1,8})\b/.exec(trailerAt(text, place));
    if (previous === null) break;
    place = Number(previous[1]);
  }
  const end = `startxref\n${place}\n%%EOF`;
  const found = text.indexOf(end, place);
  if (found < 0) throw new RangeError("the first revision has no end");
  const length = found + end.length;
  return text[length] === "\n" ? length + 1 : length;
}

function trailerAt(text: string, place: number): string {
  if (!text.startsWith("xref\n", place)) throw new RangeError("no cross-reference table where one should be");
  const form = /trailer\n<<([^]{1,1000}?)>>\n?startxref\n/g;
  form.lastIndex = place;
  const found = form.exec(text)?.[1];
  if (found === undefined) throw new RangeError("a cross-reference table without a trailer");
  return found;
}

/** The objects of a PDF of one revision, found by its cross-reference table. */
class Revision {
  private readonly offsets: number[];
  private readonly trailer: string;

  constructor(
    private readonly data: Uint8Array,
    private readonly text: string,
  ) {
    const end = /startxref\n(\d{1,8})\n%%EOF\n?$/.exec(text.slice(-64));
    const place = Number(end?.[1] ?? -1);
    const section = /^xref\n0 (\d{1,5})\n/.exec(text.slice(place, place + 20));
    const count = Number(section?.[1] ?? OBJECTS_MAX + 1);
    if (end === null || section === null || count > OBJECTS_MAX) throw new RangeError("no cross-reference table that we write");
    const table = text.slice(place + section[0].length, place + section[0].length + 20 * count);
    this.offsets = Array.from({ length: count }, (_, number) => {
      const digits = table.slice(20 * number, 20 * number + 10);
      if (!/^\d{10}$/.test(digits)) throw new RangeError("not a cross-reference table");
      return Number(digits);
    });
    this.trailer = trailerAt(text, place);
  }

  async attachments(): Promise<Map<string, Uint8Array>> {
    const names = /\/EmbeddedFiles<<\/Names\[([^\]]{1,500})\]>>/.exec(this.dictionary(reference(this.trailer, "/Root")))?.[1];
    if (names === undefined) throw new RangeError("no file is attached");
    const files = new Map<string, Uint8Array>();
    for (const [, name = "", number] of names.matchAll(/\(([A-Za-z0-9._-]{1,100})\)(\d{1,5}) 0 R/g))
      files.set(name, await this.stream(reference(this.dictionary(Number(number)), "/EF<</F")));
    return files;
  }

  private dictionary(number: number): string {
    const header = `${number} 0 obj\n`;
    const start = this.offsets[number];
    if (start === undefined || !this.text.startsWith(header, start)) throw new RangeError(`object ${number} is not where it should be`);
    const body = this.text.slice(start + header.length, start + header.length + HEADER_MAX_BYTES);
    return body.split("endobj", 1)[0] ?? "";
  }

  private async stream(number: number): Promise<Uint8Array> {
    const start = this.offsets[number] ?? this.text.length;
    const head = this.text.slice(start, start + HEADER_MAX_BYTES);
    const found = new RegExp(`^${number} 0 obj\\n<<(/Length (\\d{1,8})[^\\n]{1,500})>>\\s{0,2}stream\\n`).exec(head);
    const [whole = "", dictionary = "", length] = found ?? [];
    if (!dictionary.includes("/Type/EmbeddedFile")) throw new RangeError(`object ${number} is not an attached file`);
    const from = start + whole.length;
    const packed = this.data.slice(from, from + Number(length));
    return dictionary.includes("/Filter") ? unpack(packed, "deflate", BUNDLE_MAX_BYTES) : packed;
  }
}

function reference(dictionary: string, name: string): number {
  const at = dictionary.indexOf(`${name} `);
  const found = at < 0 ? null : /^ (\d{1,5}) 0 R/.exec(dictionary.slice(at + name.length));
  if (found === null) throw new RangeError(`${name} is missing`);
  return Number(found[1]);
}

/** One character a byte: for looking, not for reading. */
function lettersOf(data: Uint8Array): string {
  return new TextDecoder("windows-1252").decode(data);
}

// CMS (RFC 5652) in DER, as `certificates/carriers/cms.py` writes it.

const [SEQUENCE, SET, OCTETS, TAGGED_0, INTEGER] = [0x30, 0x31, 0x04, 0xa0, 0x02];
const SIGNED_DATA = hexToBytes("06092a864886f70d010702");
const DATA = hexToBytes("06092a864886f70d010701");
const CONTENT_TYPE = hexToBytes("06092a864886f70d010903");
const MESSAGE_DIGEST = hexToBytes("06092a864886f70d010904");
const SIGNING_CERTIFICATE_V2 = hexToBytes("060b2a864886f70d010910022f");
const VERSION_1 = hexToBytes("020101");
const SHA256 = hexToBytes("300b0609608648016503040201");
const ECDSA_SHA256 = hexToBytes("300a06082a8648ce3d040302");

interface Der {
  tag: number;
  whole: Uint8Array;
  content: Uint8Array;
}

/** The first value in `data`. Throws `RangeError`. */
function derIn(data: Uint8Array): Der {
  const [tag = 0, first = 0] = data;
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (data.length < 2 || first === 0x80 || size > 3) throw new RangeError("not DER");
  const length = size === 0 ? first : data.slice(2, 2 + size).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = 2 + size + length;
  if (end > data.length) throw new RangeError("cut off");
  return { tag, whole: data.slice(0, end), content: data.slice(2 + size, end) };
}

function partsOf(data: Uint8Array): Der[] {
  const parts: Der[] = [];
  for (let place = 0; place < data.length; ) {
    const part = derIn(data.slice(place));
    parts.push(part);
    place += part.whole.length;
  }
  return parts;
}

function der(tag: number, ...parts: Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  if (content.length < 0x80) return concatBytes(Uint8Array.of(tag, content.length), content);
  const digits: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return concatBytes(Uint8Array.of(tag, 0x80 | digits.length, ...digits), content);
}

interface Cms {
  cms: Uint8Array;
  digest: Uint8Array;
  value: Uint8Array;
  certificates: Uint8Array[];
  /** Issuer and number of the certificate of the key that signed. */
  signer: Uint8Array;
}

/** What certificates are told apart by: issuer and number. */
function signerOf(certificate: Uint8Array): Uint8Array {
  const [, number, , issuer] = partsOf(partsOf(derIn(certificate).content)[0]?.content ?? new Uint8Array());
  if (number === undefined || issuer === undefined) throw new RangeError("not a certificate");
  return der(SEQUENCE, issuer.whole, number.whole);
}

/** The public key of a certificate: the last 65 bytes of its seventh part are the point on P-256. */
function pointOf(certificate: Uint8Array): Uint8Array {
  const key = partsOf(partsOf(derIn(certificate).content)[0]?.content ?? new Uint8Array())[6];
  return key?.content.slice(-65) ?? new Uint8Array();
}

function readCms(padded: Uint8Array): Cms {
  const { whole: cms, content } = derIn(padded);
  if (padded.slice(cms.length).some((byte) => byte !== 0)) throw new RangeError("something is hidden behind the signature");
  const signed = derIn(partsOf(content)[1]?.content ?? new Uint8Array());
  const [, , , certificates, signers] = partsOf(signed.content);
  const signer = derIn(signers?.content ?? new Uint8Array());
  const [, identity, , attributes, , signature] = partsOf(signer.content);
  const told = partsOf(attributes?.content ?? new Uint8Array()).map((attribute) => partsOf(attribute.content));
  const set = told.find(([type]) => type !== undefined && equal(type.whole, MESSAGE_DIGEST))?.[1];
  const [r, s] = partsOf(derIn(signature?.content ?? new Uint8Array()).content);
  const digest = derIn(set?.content ?? new Uint8Array()).content;
  return {
    cms,
    digest,
    value: concatBytes(half(r), half(s)),
    certificates: partsOf(certificates?.content ?? new Uint8Array()).map((one) => one.whole),
    signer: identity?.whole ?? new Uint8Array(),
  };
}

/** 32 bytes of a whole number. */
function half(integer: Der | undefined): Uint8Array {
  const digits = integer?.tag === INTEGER ? integer.content : new Uint8Array(40);
  const short = digits[0] === 0 ? digits.slice(1) : digits;
  if (short.length > 32) throw new RangeError("not a signature on P-256");
  return concatBytes(new Uint8Array(32 - short.length), short);
}

function wholeNumber(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.slice(first);
  return der(INTEGER, (digits[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), digits) : digits);
}

/** What the key with this chain signs, and the CMS around the signature; nothing without a chain. */
function writeCms(chain: Uint8Array[], digest: Uint8Array, value: Uint8Array): [Uint8Array, Uint8Array | undefined] {
  const [leaf] = chain;
  if (leaf === undefined) return [new Uint8Array(), undefined];
  const certificate = partsOf(partsOf(derIn(leaf).content)[0]?.content ?? new Uint8Array()); // version, number, algorithm, issuer, …
  const [, number, , issuer] = certificate;
  if (number === undefined || issuer === undefined) return [new Uint8Array(), undefined];
  const attributes = concatBytes(
    ...sorted([
      der(SEQUENCE, CONTENT_TYPE, der(SET, DATA)),
      der(SEQUENCE, MESSAGE_DIGEST, der(SET, der(OCTETS, digest))),
      der(SEQUENCE, SIGNING_CERTIFICATE_V2, der(SET, der(SEQUENCE, der(SEQUENCE, der(SEQUENCE, der(OCTETS, sha256(leaf))))))),
    ]),
  );
  const signature = der(SEQUENCE, wholeNumber(value.slice(0, 32)), wholeNumber(value.slice(32)));
  const signer = der(
    SEQUENCE,
    VERSION_1,
    der(SEQUENCE, issuer.whole, number.whole),
    SHA256,
    der(TAGGED_0, attributes),
    ECDSA_SHA256,
    der(OCTETS, signature),
  );
  const content = der(SEQUENCE, VERSION_1, der(SET, SHA256), der(SEQUENCE, DATA), der(TAGGED_0, ...sorted(chain)), der(SET, signer));
  return [der(SET, attributes), der(SEQUENCE, SIGNED_DATA, der(TAGGED_0, content))];
}

function sorted(parts: Uint8Array[]): Uint8Array[] {
  return [...parts].sort((one, other) => {
    const place = one.findIndex((byte, at) => byte !== other[at]);
    return place < 0 ? one.length - other.length : (one[place] ?? 0) - (other[place] ?? -1);
  });
}
