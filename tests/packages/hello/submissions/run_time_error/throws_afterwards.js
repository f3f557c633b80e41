console.log("Hello World!");
throw new Error("a right output does not mend a crash");
