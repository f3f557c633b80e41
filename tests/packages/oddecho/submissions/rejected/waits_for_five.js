// It reads until there are five words, and never notices that the input has ended before: right where there are five.
const fs = require("node:fs");

let text = "";
const buffer = Buffer.alloc(4096);
do text += buffer.toString("utf8", 0, fs.readSync(0, buffer));
while (text.trim().split("\n").length < 6);
console.log(text.trim().split("\n").filter((_, line) => line % 2 === 1).join("\n"));
