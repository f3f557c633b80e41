import { readFileSync } from "node:fs";

type Luck = "straight" | "advantage" | "disadvantage";

const lines: string[] = readFileSync(0, "utf8").split("\n");
const [difficulty = 0, modifier = 0]: number[] = (lines[0] ?? "").split(" ").map(Number);
const luck = (lines[1] ?? "").trim() as Luck;
const dice: number[] = (lines[2] ?? "").trim().split(/\s+/).slice(1).map((die) => Number(die.replace("d", "")));
const known = new Map<string, number>();

/** The chance that the dice from `index` on add at least `needed`; a negative die subtracts. */
function chance(index: number, needed: number): number {
  const die = dice[index];
  if (die === undefined) return needed <= 0 ? 1 : 0;
  const key = `${index} ${needed}`;
  let sum = known.get(key);
  if (sum === undefined) {
    sum = 0;
    for (let side = 1; side <= Math.abs(die); side++) sum += chance(index + 1, needed - Math.sign(die) * side);
    sum /= Math.abs(die);
    known.set(key, sum);
  }
  return sum;
}

const weight: Record<Luck, (kept: number) => number> = {
  straight: () => 20,
  advantage: (kept) => 2 * kept - 1,
  disadvantage: (kept) => 2 * (21 - kept) - 1,
};

let answer = weight[luck](20);
for (let kept = 2; kept < 20; kept++) answer += weight[luck](kept) * chance(0, difficulty - modifier - kept);
console.log((answer / 400).toExponential(10));
