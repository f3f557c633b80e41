// Workers that use the processors at once.
// expect: CpuTimeExceeded
// limits: memory_mib=256
require("./hostile.js");
const { Worker } = require("node:worker_threads");

for (let number = 0; number < 3; number++) new Worker("for (;;);", { eval: true }).on("error", () => {});
