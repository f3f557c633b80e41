const lines = require("node:fs").readFileSync(0, "latin1").split("\n");
const count = Number(lines[0]);

function judged(written) {
    const number = written.replace(/[ -]/g, "").toUpperCase();
    if (number.length !== 10) return "LENGTH";
    const parts = /^([A-Z]{2})([0-9]{7})([0-9])$/.exec(number);
    if (!parts) return "FORMAT";
    let sum = 0;
    for (let place = 1; place <= 9; place++) {
        const character = number[place - 1];
        sum += place * (place <= 2 ? character.charCodeAt(0) - 64 : Number(character));
    }
    return sum % 10 === Number(parts[3]) ? `OK ${parts.slice(1).join("-")}` : "CHECK";
}

console.log(lines.slice(1, count + 1).map(judged).join("\n"));
