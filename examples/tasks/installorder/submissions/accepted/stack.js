const numbers = require("fs").readFileSync(0, "utf8").split(/\s+/).map(Number);
const [n, m] = numbers;
const after = Array.from({ length: n + 1 }, () => []);
const missing = new Array(n + 1).fill(0);
for (let i = 0; i < m; i++) {
  const [a, b] = [numbers[2 + 2 * i], numbers[3 + 2 * i]];
  after[a].push(b);
  missing[b]++;
}
const ready = [];
for (let module = 1; module <= n; module++) if (missing[module] === 0) ready.push(module);
const order = [];
while (ready.length > 0) {
  const module = ready.pop();
  order.push(module);
  for (const other of after[module]) if (--missing[other] === 0) ready.push(other);
}
console.log(order.length === n ? order.join("\n") : "impossible");
