// A promise that fails and that nobody looks at.
// expect: Exited 1
require("./hostile.js");

Promise.reject(new Error("nobody looks"));
