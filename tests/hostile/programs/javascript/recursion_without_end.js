// Calls itself until the stack ends.
// expect: MemoryExceeded or Signalled 11 or Exited 1
require("./hostile.js");

const deeper = (number) => deeper(number + 1) + 1;
deeper(0);
