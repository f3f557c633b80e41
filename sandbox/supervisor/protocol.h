/* The protocol between a runner (outside) and the supervisor (process 1 of a sandbox container), over the socket
 * /run/sarap/supervisor if the runner mounted one, else over the container's attached standard input and output. All numbers are
 * unsigned and little-endian. One request, one reply, in turn; only a conversation has frames in between.
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
 *     'P' put      u8 1 if it may be executed, u8 length of the name, the name, the content: creates one file in /box, owned by the
 *                  builder.                                                                                     -> 'K'
 *     'F' file     u8 0, u8 length, name, content: creates one file in /tmp for the next run, owned by its user; a name may have
 *                  one folder, `feedback/nextpass.in`.                                                          -> 'K'
 *     'X' execute  one compilation or one run, see `run_head`; then argv, the name of the folder to bring back (or nothing), and
 *                  standard input.                                                                              -> 'D'
 *     'G' gather   what a compilation left in /box; nothing, not even the sources, if that is too much.         -> 'A'
 *     'Y' yard     how long a fixed piece of work takes here and now.                                           -> 'T'
 *     'R' reset    empties /box: the program is over.                                                           -> 'K'
 *
 * Requests during a run that was started with CONVERSE, without a reply; after its end they are ignored
 *
 *     'I' input    u32 us by which its wall time grows (it waited for the other side), then bytes for its standard input
 *     'C' close    no more input will come
 *
 * Replies
 *
 *     'H' hello    sent once at the start: `hello_head`, then the text of /etc/sarap-toolchain
 *     'K' done     no payload
 *     'O' output   during a conversation: what the program has just written to standard output
 *     'D' ended    see `run_tail`; then standard output, the head of standard error, and the files that were asked for
 *     'A' archive  for each file: u8 1 if it may be executed, u8 length of the name, u32 size, name, content
 *     'T' time     u64 ns of CPU time
 *     'E' error    a text: the supervisor could not do it; throw the container away
 *
 * Example, `execute` of /bin/true as a candidate with nothing on standard input (49 bytes):
 *
 *     2a 00 00 00 'X'   63 00 00 00   b8 0b 00 00   88 13 00 00   40 00 00 00   00 00 80 00   0a 00 00 00   00 00 00 00   00 00 00 00
 *     size 42           'c'           3000 ms CPU   5000 ms wall  64 processes  8 MiB output  argv 10 bytes no flags      no folder
 *     "/bin/true\0"
 *
 * An expected answer never enters a candidate's container, and nothing in a request tells a sample from a secret case.
 */
#ifndef SARAP_PROTOCOL_H
#define SARAP_PROTOCOL_H

#include <stdint.h>

#define PROTOCOL_VERSION 4
#define FRAME_HEAD_SIZE 5

#define KIND_PUT 'P'
#define KIND_FILE 'F'
#define KIND_EXECUTE 'X'
#define KIND_GATHER 'G'
#define KIND_YARD 'Y'
#define KIND_RESET 'R'
#define KIND_INPUT 'I'
#define KIND_CLOSE 'C'
#define KIND_HELLO 'H'
#define KIND_OK 'K'
#define KIND_OUTPUT 'O'
#define KIND_ENDED 'D'
#define KIND_ARCHIVE 'A'
#define KIND_TIME 'T'
#define KIND_ERROR 'E'

/* Payload of 'H', first 16 bytes. */
struct hello_head {
    uint32_t version;
    uint32_t can_isolate;   /* 1: a run can have namespaces of its own (ISOLATE) */
    uint32_t startup_us;    /* /etc/sarap-startup-us: CPU time of an empty program of this language, measured when the image was built */
    uint32_t isolate_error; /* why it cannot, an errno */
};

#define CONVERSE 1u /* flags of `run_head`: standard input comes in 'I' frames, standard output goes out in 'O' frames as it comes */
#define KEEP_TMP 2u /* 'F' laid files into /tmp for this run: it must not get a fresh one */
#define ISOLATE 4u  /* in a PID, IPC, mount and user namespace of its own */

/* Payload of 'X', first 32 bytes. Then `argv_size` bytes of argv, each argument ended by a NUL; `collect_size` bytes of a folder's
 * name; the rest is standard input. */
struct run_head {
    uint32_t who;          /* 'b' the builder (compiles, may write to /box) or 'c' a candidate's program (a fresh user each time) */
    uint32_t cpu_kill_ms;  /* CPU time of the whole tree at which it is killed */
    uint32_t wall_ms;      /* wall time, less what it waited for a CPU, at which it is killed */
    uint32_t processes;    /* processes and threads at once (candidates; the builder is bounded by the container alone) */
    uint32_t output_max;   /* bytes of standard output; one more ends the run */
    uint32_t argv_size;    /* bytes of argv */
    uint32_t flags;
    uint32_t collect_size; /* bytes of the folder's name in /tmp of which the files come back; 0: none */
};

#define KILLED_CPU 1u     /* flags of `run_tail`: which limit made the supervisor end the run */
#define KILLED_WALL 2u
#define KILLED_OUTPUT 4u
#define CPU_BY_RUSAGE 8u  /* the cgroup's clock was not readable: CPU time is that of the processes that were waited for */
#define NOT_CLEAN 16u     /* /tmp could not be emptied: the outcome stands, but throw the container away */
#define STARVED 32u       /* ended because the machine had no CPU for it: no verdict can follow from that */
#define NOT_SET_UP 64u    /* its namespaces, its user or its limits could not be made: nothing was run */
#define MACHINE_FULL 128u /* the kernel killed for memory, but not at this container's limit: no verdict can follow from that */

/* Payload of 'D', first 96 bytes. */
struct run_tail {
    uint32_t status;       /* as wait(2) gives it */
    uint32_t flags;
    uint32_t exec_error;   /* errno if the program could not be started at all, else 0 */
    uint32_t oom_kills;    /* how often the kernel killed for memory during the run */
    uint64_t cpu_us;       /* CPU time of the whole process tree */
    uint64_t wall_us;
    uint64_t peak_kib;     /* largest resident set of any one process of the tree */
    uint64_t run_delay_us; /* the longest time that one of its threads wanted a CPU and had none; 0 for runs below NOISE_FROM_US */
    uint64_t stolen_us;    /* what the hypervisor took from all CPUs meanwhile, in steps of 10 ms; 0 likewise */
    uint64_t kernel_us;    /* what of cpu_us the kernel used, for the processes that were waited for; 0 likewise */
    uint64_t page_faults;  /* how often the kernel gave them a page of memory */
    uint64_t ended_at_us;  /* the monotonic clock when the program had ended: tells which side of a conversation ended first */
    uint32_t stdout_size;
    uint32_t stderr_size;
    uint32_t files_size;   /* as in 'A' */
    uint32_t disk_read_kib; /* what the processes that were waited for had to get from the disk, and waited for */
};

#endif
