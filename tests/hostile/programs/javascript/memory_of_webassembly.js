// Memory of another machine.
// expect: MemoryExceeded
require("./hostile.js");

const held = [];
for (;;) {
    const memory = new WebAssembly.Memory({ initial: 256, maximum: 65536 });
    new Uint8Array(memory.buffer).fill(1);
    held.push(memory);
}
