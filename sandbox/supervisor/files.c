/* Files: /box, where a program lives from its compilation to its last run, and /tmp, where one run works. Both are tmpfs. */
#define _GNU_SOURCE
#include "supervisor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define WIPE_PASSES_MAX 8192 /* above the inodes of /tmp: each pass takes at least one level off the deepest tree */
#define LISTED_MAX 1024      /* files of one answer: the inodes of /box */
#define SENT_MAX_BYTES (65u * 1024 * 1024) /* of one answer: all that /box or /tmp can hold, and names; more are files full of holes */

static int box_fd = -1, tmp_fd = -1, dev_fd = -1;
static long tmp_inodes_free, box_inodes_free; /* of the empty file systems */
static int counts_inodes;                     /* gVisor's tmpfs does not */

static void become(uid_t user) {
    if (user != 0 && setresgid((gid_t)-1, user, (gid_t)-1) != 0) die("setresgid");
    if (setresuid((uid_t)-1, user, (uid_t)-1) != 0) die("setresuid");
    if (user == 0 && setresgid((gid_t)-1, 0, (gid_t)-1) != 0) die("setresgid");
}

static long inodes_free(int fd) {
    struct statfs about;
    return fstatfs(fd, &about) == 0 ? (long)about.f_ffree : -1;
}

void open_folders(void) {
    box_fd = open(BOX, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    tmp_fd = open(TMP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    dev_fd = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (box_fd < 0 || tmp_fd < 0 || dev_fd < 0) die("box, tmp or dev");
    box_inodes_free = inodes_free(box_fd);
    tmp_inodes_free = inodes_free(tmp_fd);
    int trial = openat(tmp_fd, ".trial", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (trial < 0) die("tmp is not empty or not ours");
    counts_inodes = inodes_free(tmp_fd) != tmp_inodes_free;
    close(trial);
    unlinkat(tmp_fd, ".trial", 0);
}

struct entry { /* as getdents64(2) gives it */
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

/* Calls `act` for every entry of a directory; returns how many there were. It may be called by an `act`, once. */
int each_entry(int fd, void (*act)(int, const char *)) {
    static char outer[8192], inner[8192];
    static int depth;
    char *list = depth ? inner : outer;
    int count = 0;
    depth++;
    lseek(fd, 0, SEEK_SET);
    for (;;) {
        long size = syscall(SYS_getdents64, fd, list, sizeof outer);
        if (size <= 0) break;
        for (long at = 0; at < size;) {
            struct entry *entry = (struct entry *)(list + at);
            at += entry->size;
            if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
            count++;
            act(fd, entry->name);
        }
    }
    depth--;
    return count;
}

/* ---- emptying ---- */

static int wipe_root = -1;
static unsigned wipe_serial;

/* A directory inside a directory is moved up to the root instead of being entered: no depth can exhaust us. */
static void wipe_below(int parent, const char *name) {
    if (unlinkat(parent, name, 0) == 0 || unlinkat(parent, name, AT_REMOVEDIR) == 0) return;
    char moved[32];
    fchmodat(parent, name, 0700, 0);
    for (int tries = 0; tries < 8; tries++) {
        snprintf(moved, sizeof moved, ".wipe-%u", wipe_serial++);
        if (renameat(parent, name, wipe_root, moved) == 0) return;
    }
}

static void wipe_top(int root, const char *name) {
    if (unlinkat(root, name, 0) == 0 || unlinkat(root, name, AT_REMOVEDIR) == 0) return;
    fchmodat(root, name, 0700, 0);
    int inside = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inside < 0) return;
    each_entry(inside, wipe_below);
    close(inside);
    unlinkat(root, name, AT_REMOVEDIR);
}

/* Empties a tmpfs as the user that owns what is in it. Returns 1 if it is empty now. */
static int wipe(int root, uid_t owner, long inodes_when_empty) {
    if (counts_inodes && inodes_free(root) == inodes_when_empty) return 1;
    become(owner);
    wipe_root = root;
    int left = 1;
    for (long passes = 0; passes < WIPE_PASSES_MAX && left > 0; passes++) {
        left = each_entry(root, wipe_top);
        if (counts_inodes && inodes_free(root) == inodes_when_empty) break;
    }
    become(0);
    if (!counts_inodes) return left == 0;
    for (int tries = 0; tries < 20; tries++) { /* the last descriptors of killed processes may close a moment later */
        if (inodes_free(root) == inodes_when_empty) return 1;
        usleep(1000);
    }
    return 0;
}

static const struct timespec BEGIN[2];

static void forget_time(int folder, const char *name) { utimensat(folder, name, BEGIN, AT_SYMLINK_NOFOLLOW); }

/* When the folders were last changed would tell a run what the one before it did, and when; so would the times at which something
 * in /dev was last read, for that one file system keeps them exactly. /box keeps none. */
void forget_times(void) {
    futimens(tmp_fd, BEGIN);
    each_entry(dev_fd, forget_time);
    futimens(dev_fd, BEGIN);
}

int wipe_tmp(uid_t owner) { return wipe(tmp_fd, owner, tmp_inodes_free); }

void reset_box(void) {
    if (wipe(box_fd, BUILDER, box_inodes_free)) reply(KIND_OK, NULL, 0);
    else reply_error("reset", ENOTEMPTY);
}

/* After a compilation /box holds plain files that nobody but the builder may write; anything else in it is removed. */
static void settle_entry(int root, const char *name) {
    struct stat about;
    if (fstatat(root, name, &about, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (S_ISREG(about.st_mode))
        fchmodat(root, name, (about.st_mode & 0111) ? 0755 : 0644, 0);
    else
        wipe_top(root, name);
}

void settle_box(void) {
    become(BUILDER);
    fchmod(box_fd, 0755);
    wipe_root = box_fd;
    each_entry(box_fd, settle_entry);
    become(0);
}

/* ---- files that come ---- */

struct coming { /* the head of a 'P' or 'F' */
    char name[NAME_MAX_BYTES + 1];
    int executable;
    uint32_t size; /* of the content */
};

/* Takes the head; if the frame is no good the rest of it is dropped, an error is sent, and 0 returned. */
static int take_coming(struct coming *file, uint32_t size, int folders) {
    unsigned char head[2];
    if (size < sizeof head) die("file frame");
    take(head, sizeof head);
    size -= (uint32_t)sizeof head;
    if (size < head[1]) die("file frame");
    take(file->name, head[1]);
    file->name[head[1]] = 0;
    file->executable = head[0] == 1;
    file->size = size - head[1];
    char *slash = strchr(file->name, '/');
    int plain = head[1] > 0 && strlen(file->name) == head[1] && file->name[0] != '.' && file->name[0] != '/';
    if (plain && slash) plain = folders && slash[1] != 0 && slash[1] != '.' && strchr(slash + 1, '/') == NULL;
    if (plain) return 1;
    drop(file->size);
    reply_error("file name", EINVAL);
    return 0;
}

static void create(int folder, const struct coming *file, uid_t owner) {
    char *slash = strchr(file->name, '/');
    become(owner);
    if (slash) {
        char above[NAME_MAX_BYTES + 1];
        snprintf(above, sizeof above, "%.*s", (int)(slash - file->name), file->name);
        mkdirat(folder, above, 0700);
    }
    int fd = openat(folder, file->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file->executable ? 0755 : 0644);
    int error = fd < 0 ? errno : 0;
    if (fd < 0) drop(file->size);
    else error = take_into(fd, file->size);
    if (fd >= 0) close(fd);
    become(0);
    if (error) reply_error("file", error);
    else reply(KIND_OK, NULL, 0);
}

void put(uint32_t size) {
    struct coming file;
    if (take_coming(&file, size, 0)) create(box_fd, &file, BUILDER);
}

void make_folder(const char *name, uid_t user) {
    become(user);
    mkdirat(tmp_fd, name, 0700);
    become(0);
}

void lay_file(uint32_t size, uid_t user) {
    struct coming file;
    if (take_coming(&file, size, 1)) create(tmp_fd, &file, user);
}

/* ---- files that go ---- */

static struct listed {
    char name[NAME_MAX_BYTES + 1];
    int fd;
    int executable;
    uint32_t size;
} listed[LISTED_MAX];
static int listed_count;
static uint64_t listed_size; /* bytes that `send_listed` will send */

static void list_entry(int folder, const char *name) {
    struct stat about;
    if (listed_count == LISTED_MAX || strlen(name) > NAME_MAX_BYTES) return;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return;
    int wanted = fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
    if (wanted) listed_size += 6u + strlen(name) + (uint64_t)about.st_size;
    if (!wanted || listed_size > SENT_MAX_BYTES) {
        close(fd);
        return;
    }
    struct listed *one = &listed[listed_count++];
    snprintf(one->name, sizeof one->name, "%s", name);
    one->fd = fd;
    one->executable = (about.st_mode & 0111) != 0;
    one->size = (uint32_t)about.st_size;
}

/* 0 if it is too much for one answer; some of it is listed nevertheless. */
static int list_all(int folder) {
    listed_size = 0;
    each_entry(folder, list_entry);
    return listed_size <= SENT_MAX_BYTES;
}

/* Opens the plain files of a folder in /tmp, as the user that made them. Returns the bytes that `send_listed` will send. */
uint32_t list_folder(const char *name, uid_t owner) {
    become(owner);
    int folder = openat(tmp_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0 && !list_all(folder)) die("too much to send");
    if (folder >= 0) close(folder);
    become(0);
    return folder < 0 ? 0 : (uint32_t)listed_size;
}

static void send_file(const struct listed *one) {
    static unsigned char chunk[CHUNK];
    unsigned char head[6] = {(unsigned char)one->executable, (unsigned char)strlen(one->name)};
    memcpy(head + 2, &one->size, 4);
    struct iovec first[2] = {{head, sizeof head}, {(void *)one->name, strlen(one->name)}};
    send_all(first, 2);
    for (uint32_t done = 0; done < one->size;) {
        size_t wanted = one->size - done < sizeof chunk ? one->size - done : sizeof chunk;
        ssize_t got = pread(one->fd, chunk, wanted, done);
        if (got <= 0) die("file changed while it was sent"); /* nobody lives who could have done it */
        struct iovec part[1] = {{chunk, (size_t)got}};
        send_all(part, 1);
        done += (uint32_t)got;
    }
}

void send_listed(void) {
    for (int i = 0; i < listed_count; i++) send_file(&listed[i]);
    forget_listed();
}

void forget_listed(void) {
    for (int i = 0; i < listed_count; i++) close(listed[i].fd);
    listed_count = 0;
}

void gather(void) {
    unsigned char head[FRAME_HEAD_SIZE];
    int fits = list_all(box_fd);
    if (!fits) forget_listed();
    frame_head(head, fits ? (uint32_t)listed_size : 0, KIND_ARCHIVE);
    struct iovec part[1] = {{head, sizeof head}};
    send_all(part, 1);
    send_listed();
}
