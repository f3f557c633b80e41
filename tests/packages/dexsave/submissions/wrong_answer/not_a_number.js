// The package format knows no such number, whatever the tolerance is.
console.log(NaN);
