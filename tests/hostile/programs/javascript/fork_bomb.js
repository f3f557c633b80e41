// Starts itself again and again.
// expect: CpuTimeExceeded or MemoryExceeded or WallTimeExceeded
// limits: memory_mib=128
require("./hostile.js");
const { spawn } = require("node:child_process");

setInterval(() => spawn(process.execPath, ["-e", "for (;;);"]).on("error", () => {}), 1);
