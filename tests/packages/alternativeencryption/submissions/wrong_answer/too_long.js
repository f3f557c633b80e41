// The encrypted text ends in the sign that says how to decrypt it.
const [action, , ...words] = require("node:fs").readFileSync(0, "utf8").trim().split("\n");
const next = (letter) => String.fromCharCode(((letter.charCodeAt(0) - 96) % 26) + 97);

for (const word of words) console.log(action === "encrypt" ? [...word].map(next).join("") + "z" : word.slice(0, -1));
