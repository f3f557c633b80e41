// Memory outside the heap.
// expect: MemoryExceeded
require("./hostile.js");

const held = [];
for (;;) held.push(Buffer.alloc(2 ** 20, 1));
