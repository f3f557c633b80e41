/* The protocol between a runner (outside) and the supervisor (process 1 of a sandbox container), over the socket /run/sarap/supervisor
 * if the runner mounted one, else over the container's attached standard input and output. All numbers are unsigned and little-endian. One request, one reply, in turn.
 *
 * Every frame, in both directions:
 *
 *     offset  size  field
 *     0       4     size of the payload in bytes
 *     4       1     kind, an ASCII letter
 *     5       size  payload
 *
 * Requests
 *
 *     'P' put      u8 length of the name, the name, the content: creates one file in /box, owned by the builder.   -> 'K'
 *     'X' execute  one compilation or one run, see `run_head`; then argv, then standard input.                     -> 'D'
 *     'R' reset    empties /box: the program is over.                                                              -> 'K'
 *
 * Replies
 *
 *     'H' hello    sent once at the start: u32 version of the protocol, then the text of /etc/sarap-toolchain
 *     'K' done     no payload
 *     'D' ended    see `run_tail`; then what the program wrote to standard output, then the head of its standard error
 *     'E' error    a text: the supervisor could not do it; throw the container away
 *
 * Example, `execute` of /bin/true as a candidate with nothing on standard input (41 bytes):
 *
 *     24 00 00 00 'X'   63 00 00 00   b8 0b 00 00   88 13 00 00   40 00 00 00   00 00 80 00   0a 00 00 00   "/bin/true\0"
 *     size 34           'c'           3000 ms CPU   5000 ms wall  64 processes  8 MiB output  argv 10 bytes
 *
 * An expected answer never enters a container, and nothing in a request tells a sample from a secret case.
 */
#ifndef SARAP_PROTOCOL_H
#define SARAP_PROTOCOL_H

#include <stdint.h>

#define PROTOCOL_VERSION 1
#define FRAME_HEAD_SIZE 5

#define KIND_PUT 'P'
#define KIND_EXECUTE 'X'
#define KIND_RESET 'R'
#define KIND_HELLO 'H'
#define KIND_OK 'K'
#define KIND_ENDED 'D'
#define KIND_ERROR 'E'

/* Payload of 'X', first 24 bytes. Then `argv_size` bytes of argv, each argument ended by a NUL; the rest is standard input. */
struct run_head {
    uint32_t who;         /* 'b' the builder (compiles, may write to /box) or 'c' a candidate's program (a fresh user each time) */
    uint32_t cpu_kill_ms; /* CPU time of the whole tree at which it is killed */
    uint32_t wall_ms;     /* wall time, less what it waited for a CPU, at which it is killed */
    uint32_t processes;   /* processes and threads at once (candidates; the builder is bounded by the container alone) */
    uint32_t output_max;  /* bytes of standard output; one more ends the run */
    uint32_t argv_size;   /* bytes of argv */
};

#define KILLED_CPU 1u     /* flags of `run_tail`: which limit made the supervisor end the run */
#define KILLED_WALL 2u
#define KILLED_OUTPUT 4u
#define CPU_BY_RUSAGE 8u  /* the cgroup's clock was not readable: CPU time is that of the processes that were waited for */
#define NOT_CLEAN 16u     /* /tmp could not be emptied: the outcome stands, but throw the container away */
#define STARVED 32u       /* ended because the machine had no CPU for it: no verdict can follow from that */

/* Payload of 'D', first 48 bytes. */
struct run_tail {
    uint32_t status;      /* as wait(2) gives it */
    uint32_t flags;
    uint32_t exec_error;  /* errno if the program could not be started at all, else 0 */
    uint32_t oom_kills;   /* how often the kernel killed for memory during the run */
    uint64_t cpu_us;      /* CPU time of the whole process tree */
    uint64_t wall_us;
    uint64_t peak_kib;    /* largest resident set of any one process of the tree */
    uint32_t stdout_size;
    uint32_t stderr_size;
};

#endif
