const lines = require("node:fs").readFileSync(0, "utf8").split("\n");

function inTiyn(price) {
    const [whole, rest = ""] = price.split(".");
    return BigInt(whole) * 100n + BigInt(rest.padEnd(2, "0"));
}

function money(tiyn) {
    return `${tiyn / 100n}.${String(tiyn % 100n).padStart(2, "0")}`;
}

let amounts = 0n;
let taxes = 0n;
for (const line of lines.slice(1, Number(lines[0]) + 1)) {
    const [quantity, price, discount, rate] = line.split(" ");
    const amount = (BigInt(quantity) * inTiyn(price) * (100n - BigInt(discount)) + 50n) / 100n;
    amounts += amount;
    taxes += (amount * BigInt(rate) + 50n) / 100n;
}
console.log([amounts, taxes, amounts + taxes].map(money).join("\n"));
