const lines = require("node:fs").readFileSync(0, "utf8").split("\n");

let total = 0;
for (let item = 1; item <= Number(lines[0]); item++) total += Number(lines[2 * item]);
console.log(total > 0 ? "Usch, vinst" : total < 0 ? "Nekad" : "Lagom");
