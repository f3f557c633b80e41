// Every text is encrypted as one repeated letter, which nothing can bring back.
import { readFileSync } from "node:fs";

const [action, , ...words]: string[] = readFileSync(0, "utf8").trim().split("\n");

for (const word of words) console.log(action === "encrypt" ? word.replace(/./g, (letter) => (letter === "a" ? "b" : "a")) : word);
