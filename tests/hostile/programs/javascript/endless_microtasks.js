// Promises that never let the event loop have its turn.
// expect: CpuTimeExceeded
require("./hostile.js");

const again = () => void Promise.resolve().then(again);
again();
setTimeout(() => process.exit(), 1);
