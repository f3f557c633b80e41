// A type that needs itself.
// expect: Rejected
// says: excessively deep
type Deep<T, N extends unknown[] = []> = N["length"] extends 100000 ? T : Deep<[T, T], [...N, 1]>;
const value: Deep<1> = 1 as never as Deep<2>;
console.log(value);
