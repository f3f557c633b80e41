// What a published program would have printed on success: an answer file says nothing to this validator.
import { readFileSync } from "node:fs";

const seed: string = readFileSync(0, "utf8").trim().split(/\s+/).at(-1) ?? "";

console.log(`SUCCESS ${seed}`);
