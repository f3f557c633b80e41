let low = 1;
let high = 0;
let middle = 0;

function ask() {
  if (low === high) {
    console.log(`first ${low}`);
    lines.close();
    return;
  }
  middle = Math.floor((low + high) / 2);
  console.log(`test ${middle}`);
}

const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  if (high === 0) high = Number(line);
  else if (line === "fail") high = middle;
  else low = middle + 1;
  ask();
});
