// What the types hide fails when it runs.
// expect: Exited 1
const value: any = undefined;
console.log(value.length);
