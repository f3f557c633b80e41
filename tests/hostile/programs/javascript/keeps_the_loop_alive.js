// Ends, but its timers do not.
// expect: WallTimeExceeded
require("./hostile.js");

setInterval(() => {}, 1000);
process.on("SIGTERM", () => {});
