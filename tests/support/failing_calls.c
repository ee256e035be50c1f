/* Fails the n-th call that opens, reads or looks at a file of a given name; for LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESCRIPTORS 4096

static char wanted[256];
static int nth, error_number, lasting, seen;
static char watched[DESCRIPTORS];

/* Fail call `n` (counted from 1; 0 for none) on files whose path ends so, and with `every` all
   calls after it. */
void arm_failure(const char *ending, int n, int error, int every) {
    strncpy(wanted, ending, sizeof wanted - 1);
    nth = n, error_number = error, lasting = every, seen = 0;
}

int count_calls(void) { return seen; }

static int is_wanted(const char *path) {
    size_t length = strlen(wanted), all = path ? strlen(path) : 0;
    return length && all >= length && strcmp(path + all - length, wanted) == 0;
}

static int fails(void) {
    seen++;
    if (!nth || seen < nth || (seen > nth && !lasting)) return 0;
    errno = error_number;
    return 1;
}

static int watch(int descriptor, const char *path) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) watched[descriptor] = is_wanted(path);
    return descriptor;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define MODE(flags, mode) \
    int mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, int); \
        va_end(rest); \
    }
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        MODE(flags, mode) \
        if (is_wanted(path) && fails()) return -1; \
        return watch(REAL(name)(path, flags, mode), path); \
    }
#define OPEN_AT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        MODE(flags, mode) \
        if (is_wanted(path) && fails()) return -1; \
        return watch(REAL(name)(folder, path, flags, mode), path); \
    }
#define STAT(name, kind) \
    int name(const char *path, struct kind *found) { \
        if (is_wanted(path) && fails()) return -1; \
        return REAL(name)(path, found); \
    }
#define STAT_AT(name, kind) \
    int name(int folder, const char *path, struct kind *found, int flags) { \
        if (is_wanted(path) && fails()) return -1; \
        return REAL(name)(folder, path, found, flags); \
    }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
STAT(stat, stat)
STAT(lstat, stat)
STAT(stat64, stat64)
STAT(lstat64, stat64)
STAT_AT(fstatat, stat)
STAT_AT(fstatat64, stat64)

ssize_t read(int descriptor, void *buffer, size_t size) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS && watched[descriptor] && fails()) return -1;
    return REAL(read)(descriptor, buffer, size);
}

int close(int descriptor) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) watched[descriptor] = 0;
    return REAL(close)(descriptor);
}
