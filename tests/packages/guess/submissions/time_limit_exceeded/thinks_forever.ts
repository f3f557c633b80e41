console.log(500);
for (;;);
