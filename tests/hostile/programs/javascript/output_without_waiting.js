// Writes faster than anybody reads, and keeps the rest.
// expect: OutputExceeded
require("./hostile.js");

const more = () => { for (let number = 0; number < 100; number++) process.stdout.write("x".repeat(1000)); setImmediate(more); };
more();
