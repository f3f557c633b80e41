/* Frames in and out: bytes of the protocol, nothing of their meaning. Whenever the runner is gone, so are we. */
#define _GNU_SOURCE
#include "supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned char input[CHUNK];
static size_t input_at, input_have;

void die(const char *what) {
    char text[256];
    int size = snprintf(text, sizeof text, "supervisor: %s: %s\n", what, strerror(errno));
    if (size > 0) (void)!write(2, text, (size_t)size);
    _exit(1);
}

static void refill(void) {
    for (;;) {
        ssize_t got = read(0, input, sizeof input);
        if (got == 0) _exit(0); /* the runner is gone */
        if (got > 0) {
            input_at = 0;
            input_have = (size_t)got;
            return;
        }
        if (errno != EINTR) die("read");
    }
}

int frame_waits(void) { return input_at < input_have; }

void take(void *target, size_t size) {
    unsigned char *to = target;
    while (size > 0) {
        if (input_at == input_have) refill();
        size_t part = input_have - input_at < size ? input_have - input_at : size;
        memcpy(to, input + input_at, part);
        to += part;
        input_at += part;
        size -= part;
    }
}

/* Copies `size` bytes of the request into a file. After a failed write it still takes the rest, so that frames stay in step. */
int take_into(int fd, size_t size) {
    int error = 0;
    while (size > 0) {
        if (input_at == input_have) refill();
        size_t part = input_have - input_at < size ? input_have - input_at : size;
        for (size_t done = 0; done < part && !error;) {
            ssize_t put = write(fd, input + input_at + done, part - done);
            if (put < 0 && errno != EINTR) error = errno;
            if (put > 0) done += (size_t)put;
        }
        input_at += part;
        size -= part;
    }
    return error;
}

void drop(size_t size) {
    unsigned char waste[512];
    while (size > 0) {
        size_t part = size < sizeof waste ? size : sizeof waste;
        take(waste, part);
        size -= part;
    }
}

void send_all(struct iovec *part, int parts) {
    while (parts > 0) {
        ssize_t sent = writev(1, part, parts);
        if (sent < 0) {
            if (errno == EINTR) continue;
            _exit(0);
        }
        while (parts > 0 && (size_t)sent >= part->iov_len) {
            sent -= (ssize_t)part->iov_len;
            part++, parts--;
        }
        if (parts > 0) {
            part->iov_base = (char *)part->iov_base + sent;
            part->iov_len -= (size_t)sent;
        }
    }
}

void frame_head(unsigned char *head, uint32_t size, char kind) {
    memcpy(head, &size, 4);
    head[4] = (unsigned char)kind;
}

void reply(char kind, const void *payload, size_t size) {
    unsigned char head[FRAME_HEAD_SIZE];
    frame_head(head, (uint32_t)size, kind);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)payload, size}};
    send_all(parts, 2);
}

void reply_error(const char *what, int error) {
    char text[256];
    int size = snprintf(text, sizeof text, "%s: %s", what, strerror(error));
    reply(KIND_ERROR, text, size > 0 ? (size_t)size : 0);
}
