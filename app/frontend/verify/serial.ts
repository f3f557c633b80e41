// Certificate numbers, e.g. `7K3QM9-XW2RFD-HJ5T98`: 80 bits in Crockford's base 32, and their remainder by 1021 in two characters.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_CHARS = 16;
const MODULUS = 1021n;
const SERIAL_BYTES = 10;

/** Say whether `text` is a number exactly as a centre writes it. */
export function isSerial(text: string): boolean {
  if (!/^[0-9A-HJKMNP-TV-Z]{6}(?:-[0-9A-HJKMNP-TV-Z]{6}){2}$/.test(text)) return false;
  const letters = text.replaceAll("-", "");
  return valueOf(letters.slice(RANDOM_CHARS)) === valueOf(letters.slice(0, RANDOM_CHARS)) % MODULUS;
}

/** The 80 random bits of a number, without its check characters: 10 bytes. */
export function serialBits(serial: string): Uint8Array {
  const value = valueOf(serial.replaceAll("-", "").slice(0, RANDOM_CHARS));
  return Uint8Array.from({ length: SERIAL_BYTES }, (_, place) => Number((value >> BigInt(8 * (SERIAL_BYTES - 1 - place))) & 0xffn));
}

/** The number with these random bits. Throws `RangeError` if there are not 10 bytes. */
export function serialOf(bits: Uint8Array): string {
  if (bits.length !== SERIAL_BYTES) throw new RangeError(`a number has ${SERIAL_BYTES} bytes`);
  const value = bits.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const letters = lettersOf(value, RANDOM_CHARS) + lettersOf(value % MODULUS, 2);
  return `${letters.slice(0, 6)}-${letters.slice(6, 12)}-${letters.slice(12)}`;
}

function lettersOf(value: bigint, count: number): string {
  return Array.from({ length: count }, (_, place) => ALPHABET[Number((value >> BigInt(5 * (count - 1 - place))) & 31n)]).join("");
}

function valueOf(letters: string): bigint {
  return [...letters].reduce((value, letter) => (value << 5n) | BigInt(ALPHABET.indexOf(letter)), 0n);
}
