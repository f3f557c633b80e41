// Is not JavaScript.
// expect: Rejected
// says: SyntaxError
require("./hostile.js"); (((
