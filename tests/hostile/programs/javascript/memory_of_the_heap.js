// An array that only grows.
// expect: MemoryExceeded
require("./hostile.js");

const held = [];
for (;;) held.push(new Array(1000).fill({}));
