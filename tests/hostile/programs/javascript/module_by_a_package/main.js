// A package description beside it changes what kind of program it is: its own business.
// expect: Exited 0
// says: a module
import "./hostile.js";
console.log(typeof require === "undefined" ? "a module" : "a script");
