// Runs its input, and what it wrote into memory and into /tmp: still the same user and the same limits.
// expect: Exited 0
// says: input ENOEXEC
// says: memory 4
// says: file 4
#include "hostile.h"

static int run(int fd, const char *name) {
    int status;
    char *argv[] = {"child", NULL}, *environment[] = {"CHILD=1", NULL};
    pid_t pid = fork();
    if (pid == 0) {
        syscall(SYS_execveat, fd, "", argv, environment, AT_EMPTY_PATH);
        tell(name, -1);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    if (WEXITSTATUS(status)) printf("%s %d\n", name, WEXITSTATUS(status)), fflush(stdout);
    return status;
}

static void __attribute__((constructor(101))) child(void) {
    if (getenv("CHILD") == NULL) return;
    _exit(getuid() >= 20000 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && setuid(0) != 0 ? 4 : 5);
}

int main(void) {
    static char program[4 * MIB];
    ssize_t size = read(open("/proc/self/exe", O_RDONLY), program, sizeof program);
    int memory = memfd_create("program", MFD_CLOEXEC), file = open("/tmp/program", O_CREAT | O_WRONLY, 06777);
    fchmod(file, 06777);
    (void)!write(memory, program, (size_t)size);
    (void)!write(file, program, (size_t)size);
    close(file);
    run(0, "input");
    run(memory, "memory");
    run(open("/tmp/program", O_RDONLY | O_CLOEXEC), "file");
}
