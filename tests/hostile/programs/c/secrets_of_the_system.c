// Reads what only the system's administrator may.
// expect: Exited 0
// says: nothing
#include "hostile.h"

int main(void) {
    const char *paths[] = {"/etc/shadow",       "/etc/gshadow",      "/proc/kcore",     "/proc/kmsg",       "/proc/kpagecount",
                           "/proc/timer_list",  "/proc/vmallocinfo", "/proc/slabinfo",  "/proc/sched_debug", "/proc/keys",
                           "/proc/latency_stats", "/proc/self/stack", "/proc/1/environ", "/sys/kernel/security/lsm",
                           "/sys/kernel/debug/sched/debug", "/sys/firmware/dmi/tables/DMI", "/etc/passwd-"};
    char text[64];
    for (size_t number = 0; number < sizeof paths / sizeof *paths; number++)
        if (read(open(paths[number], O_RDONLY | O_NONBLOCK), text, sizeof text) > 0) puts(paths[number]);
    FILE *symbols = fopen("/proc/kallsyms", "r");
    if (symbols != NULL && fgets(text, sizeof text, symbols) != NULL && strtoul(text, NULL, 16) != 0) puts(text);
    puts("nothing");
}
