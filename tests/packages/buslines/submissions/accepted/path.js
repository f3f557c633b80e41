const [stations, lines] = require("node:fs").readFileSync(0, "utf8").split(" ").map(Number);

if (lines < stations - 1 || lines > 2 * stations - 3) {
  console.log(-1);
} else {
  const chosen = [];
  for (let station = 1; station < stations; station++) chosen.push(`${station} ${station + 1}`);
  for (let station = 1; station + 2 <= stations; station++) chosen.push(`${station} ${station + 2}`);
  console.log(chosen.slice(0, lines).join("\n"));
}
