// A wrong type is refused before anything runs.
const greeting: number = "Hello World!";

console.log(greeting);
