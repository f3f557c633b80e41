// Exits at once after writing more than a pipe holds: what it wrote before is its output.
// expect: Exited 3
// says: done
require("./hostile.js");

process.stdout.write("done\n");
process.exit(3);
