const [head, ...lines] = require("node:fs").readFileSync(0, "utf8").split("\n");
const [n, k] = head.split(" ").map(Number);

const rows = new Map();
for (const line of lines.slice(0, n)) {
    const [user, status, size] = line.split(" ");
    if (!rows.has(user)) rows.set(user, { user, requests: 0, failed: 0, bytes: 0 });
    const row = rows.get(user);
    row.requests++;
    if (status >= 200 && status <= 299) row.bytes += Number(size);
    else row.failed++;
}

const order = [...rows.values()].sort(
    (a, b) => b.bytes - a.bytes || a.failed - b.failed || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0),
);
console.log(order.slice(0, k).map((row) => `${row.user} ${row.requests} ${row.failed} ${row.bytes}`).join("\n"));
