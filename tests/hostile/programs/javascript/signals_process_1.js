// Signals the supervisor, and everybody.
// expect: Exited 0
// says: SIGKILL EPERM
// says: SIGSTOP EPERM
// says: 0 EPERM
const { tell } = require("./hostile.js");

tell("SIGKILL", () => process.kill(1, "SIGKILL"));
tell("SIGSTOP", () => process.kill(1, "SIGSTOP"));
tell("0", () => process.kill(1, 0));
