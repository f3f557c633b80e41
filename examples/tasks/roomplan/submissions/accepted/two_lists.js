const numbers = require("node:fs").readFileSync(0, "utf8").split(/\s+/).map(Number);
const n = numbers[0];
const begins = new Float64Array(n);
const ends = new Float64Array(n);
for (let i = 0; i < n; i++) {
    begins[i] = numbers[1 + 2 * i];
    ends[i] = numbers[2 + 2 * i];
}
begins.sort();
ends.sort();

let most = 0;
let moment = 0;
let ended = 0;
for (let begun = 0; begun < n; begun++) {
    while (ends[ended] <= begins[begun]) ended++;
    const rooms = begun + 1 - ended;
    if (rooms > most) {
        most = rooms;
        moment = begins[begun];
    }
}
console.log(most, moment);
