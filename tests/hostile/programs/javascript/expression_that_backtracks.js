// A regular expression that tries everything.
// expect: CpuTimeExceeded
require("./hostile.js");

/^(a+)+$/.test("a".repeat(64) + "b");
