/* What the supervisor's files know of each other. Each .c file begins with what it is for. */
#ifndef SARAP_SUPERVISOR_H
#define SARAP_SUPERVISOR_H

#include "protocol.h"

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/uio.h>

#define BUILDER 10000
#define INIT_USER 19999 /* process 1 of a run's own namespaces */
#define CANDIDATE_FIRST 20000
#define CANDIDATE_COUNT 40000 /* below 65536, so that it also works under a remapped user namespace */

#define CHUNK 65536      /* bytes; a pipe's capacity, so that one read empties it */
#define FILES_MAX 256    /* descriptors of one program */
#define NAME_MAX_BYTES 255
#define NOISE_FROM_US 10000u /* shorter runs are not asked what disturbed them: steal is counted in steps of 10 ms */

static const char BOX[] __attribute__((unused)) = "/box";
static const char TMP[] __attribute__((unused)) = "/tmp";

/* frames.c */
void __attribute__((noreturn)) die(const char *what);
void take(void *target, size_t size);
int take_into(int fd, size_t size);
void drop(size_t size);
void send_all(struct iovec *part, int parts);
void frame_head(unsigned char *head, uint32_t size, char kind);
void reply(char kind, const void *payload, size_t size);
void reply_error(const char *what, int error);
int frame_waits(void); /* bytes of a frame that were read already */

/* counters.c */
uint64_t monotonic_us(void);
uint64_t timeval_us(struct timeval value);
uint64_t own_cpu_us(void);
uint64_t cgroup_cpu_us(void);
uint64_t oom_kills(void);
uint64_t own_ooms(void);
int was_at_own_limit(uint64_t ooms_before);
uint64_t stolen_us(void);
uint64_t starved_us(void);
uint64_t run_delay_of(int proc_fd, pid_t pid);
uint64_t yard_ns(void);
int has_cpu_clock(void);
void forget_memory(void);
void note_memory(void);
int memory_is_free(uint64_t ours);
void open_counters(void);

/* files.c */
void open_folders(void);
void put(uint32_t size);
void lay_file(uint32_t size, uid_t user);
void make_folder(const char *name, uid_t user);
void gather(void);
void reset_box(void);
void settle_box(void);
void forget_times(void);
int wipe_tmp(uid_t owner);
int each_entry(int fd, void (*act)(int, const char *));
uint32_t list_folder(const char *name, uid_t owner);
void send_listed(void);
void forget_listed(void);

/* isolation.c */
struct shared { /* between the supervisor and the processes that start a program */
    volatile int setup_error, exec_error; /* errno of what comes before the program's execve, and of that */
    volatile uint32_t ended, status;
    volatile uint64_t run_delay_us;
};
extern struct shared *shared;
void prepare_isolation(void);
int try_isolation(void);
pid_t start_program(const struct run_head *head, uid_t user, int in, int out, int err, char *const *argv);

/* run.c */
uid_t draw_user(void);
void execute(uint32_t size, uid_t user);

#endif
