// A union of more members than can be written down.
// expect: Rejected
// says: too complex
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Number = `${Digit}${Digit}${Digit}${Digit}${Digit}${Digit}${Digit}`;
const value: Number = "1234567";
console.log(value);
