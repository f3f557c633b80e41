#define SAYS "the header itself was read"
