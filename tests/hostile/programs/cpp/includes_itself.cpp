// Includes itself for ever.
// expect: Rejected
// says: #include nested depth
#include "main.cpp"
