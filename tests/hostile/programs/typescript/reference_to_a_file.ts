// Has the compiler read a file that is not its own.
// expect: Rejected
/// <reference path="/etc/passwd" />
console.log("read");
