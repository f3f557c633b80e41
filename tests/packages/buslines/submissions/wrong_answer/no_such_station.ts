// It invents stations for the sums that it still needs.
import { readFileSync } from "node:fs";

const [stations = 0, lines = 0]: number[] = readFileSync(0, "utf8").split(" ").map(Number);
if (lines < stations - 1 || lines > 2 * stations - 3) {
  console.log(-1);
} else {
  for (let line = 1; line <= lines; line++) console.log(1, line + 1);
}
