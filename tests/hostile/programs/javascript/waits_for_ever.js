// Sleeps in the middle of a turn.
// expect: WallTimeExceeded
require("./hostile.js");

Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
