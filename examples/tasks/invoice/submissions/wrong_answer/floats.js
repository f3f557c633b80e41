// Calculates with binary fractions.
const lines = require("node:fs").readFileSync(0, "utf8").split("\n");
let amounts = 0;
let taxes = 0;
for (const line of lines.slice(1, Number(lines[0]) + 1)) {
    const [quantity, price, discount, rate] = line.split(" ").map(Number);
    const amount = Math.round(quantity * price * (100 - discount)) / 100;
    amounts += amount;
    taxes += Math.round(amount * rate) / 100;
}
for (const sum of [amounts, taxes, amounts + taxes]) console.log(sum.toFixed(2));
