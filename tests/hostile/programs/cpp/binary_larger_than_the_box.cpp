// A program of two hundred megabytes.
// expect: Rejected
// says: No space left on device
char large[200 << 20] = {1};
int main() { return large[5]; }
