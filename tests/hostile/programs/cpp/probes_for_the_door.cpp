// Asks whether there is a file in a folder that is closed to it.
// expect: Rejected
// says: Permission denied
#if __has_include("/run/sarap/supervisor")
int main() {}
#endif
