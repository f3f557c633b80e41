// Remembers the last moment with that many rooms instead of the first.
const numbers = require("node:fs").readFileSync(0, "utf8").split(/\s+/).map(Number);
const events = [];
for (let i = 1; i <= 2 * numbers[0]; i += 2) events.push([numbers[i], 1], [numbers[i + 1], -1]);
events.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
let rooms = 0;
let most = 0;
let moment = 0;
for (const [time, change] of events) {
    rooms += change;
    if (rooms >= most && change === 1) [most, moment] = [rooms, time];
}
console.log(most, moment);
