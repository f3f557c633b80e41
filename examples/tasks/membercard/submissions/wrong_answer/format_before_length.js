// Asks for the form first, and so never says LENGTH.
const lines = require("node:fs").readFileSync(0, "latin1").split("\n");
for (const line of lines.slice(1, Number(lines[0]) + 1)) {
    const number = line.replace(/[ -]/g, "").toUpperCase();
    if (!/^[A-Z]{2}[0-9]{8}$/.test(number)) {
        console.log("FORMAT");
        continue;
    }
    let sum = 0;
    for (let i = 0; i < 9; i++) sum += (i + 1) * (i < 2 ? number.charCodeAt(i) - 64 : Number(number[i]));
    console.log(sum % 10 === Number(number[9]) ? `OK ${number.slice(0, 2)}-${number.slice(2, 9)}-${number[9]}` : "CHECK");
}
