// Reaches for the engine below the language, and for the debugger.
// expect: Exited 0
// says: binding MODULE_NOT_FOUND
// says: library ERR_DLOPEN_FAILED
// says: debugger refused
const { tell } = require("./hostile.js");

tell("binding", () => require("internal/bootstrap/node"));
tell("library", () => process.dlopen({ exports: {} }, "/box/main.js"));
const inspector = require("node:inspector");
try {
    inspector.open(0, "127.0.0.1");
} catch {}
console.log("debugger", inspector.url() ? "done" : "refused");
