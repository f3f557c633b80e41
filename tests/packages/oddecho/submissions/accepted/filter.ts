import { readFileSync } from "node:fs";

const words: string[] = readFileSync(0, "utf8").trim().split(/\s+/).slice(1);

console.log(words.filter((_, index) => index % 2 === 0).join("\n"));
