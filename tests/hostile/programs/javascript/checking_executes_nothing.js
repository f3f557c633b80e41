// A source that would run while it is checked, if anything did.
// expect: Exited 0
// says: once
require("./hostile.js");

console.log("once");
