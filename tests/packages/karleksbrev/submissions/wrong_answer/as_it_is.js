// The message as it is, and what arrives taken for it.
const [length, , kind, seed] = require("node:fs").readFileSync(0, "utf8").split(/\s+/).map(Number);
let state = 1000 * kind + seed + 1;
const draw = (bound) => (state = (state * 16807) % 2147483647) % bound;

for (let number = 0; number < 50; number++) {
  const message = Array.from({ length }, () => Math.floor(draw(2147483647) / 32768) % 2);
  const evens = Math.floor((length + 1) / 2);
  const left = kind >= 2 ? 2 * draw(evens) : draw(length);
  const right = [() => draw(length), () => left, () => 2 * draw(evens), () => left + draw(length - left)][kind]();
  const arrived = message.map((bit, place) => (place >= Math.min(left, right) && place <= Math.max(left, right) ? 1 - bit : bit));
  const texts = [message, message, arrived, arrived].map((bits) => bits.join(""));
  console.log(texts.join(" "));
}
