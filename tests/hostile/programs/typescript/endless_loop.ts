// Spins.
// expect: CpuTimeExceeded
for (;;);
