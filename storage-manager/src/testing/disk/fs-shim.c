/*
 * Preloaded into a process (LD_PRELOAD), it counts the calls that change files under FAULT_DIR and faults them from
 * number FAULT_AT on, or that one alone where FAULT_ONCE is set. FAULT_MODE says which calls count and what becomes of
 * them:
 *   kill             all: the process ends before the call
 *   stop             all: the process stops before the call, so that its disk can be looked at
 *   enospc, edquot   those that need space fail
 *   erofs            all fail
 *   eio              all but removals fail
 *   sync             the syncs fail (EIO)
 *   emfile           opening fails, for reading too
 *   short            a write takes half of its bytes
 *   eintr            every other write is interrupted before it begins
 * Without FAULT_AT it only counts, and leaves the number in the file FAULT_COUNT.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { LOOK, CHANGE, FILL, WRITE, SYNC, DROP };
static atomic_int calls;

static int under(const char *path) {
  const char *dir = getenv("FAULT_DIR");
  return dir != NULL && path != NULL && strncmp(path, dir, strlen(dir)) == 0;
}

static int fd_under(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return under(path);
}

/* Names below a folder that is held open are under it, too. */
static int name_under(const char *path) {
  int fd;
  if (under(path)) return 1;
  return path != NULL && sscanf(path, "/proc/self/fd/%d/", &fd) == 1 && fd_under(fd);
}

static int is(const char *mode) { return strcmp(getenv("FAULT_MODE"), mode) == 0; }

/* Whether a call of this kind counts, and the error with which it fails then; EAGAIN stands for a short write. */
static int outcome(enum kind kind) {
  int fills = kind == FILL || kind == WRITE;
  if (is("emfile")) return kind == LOOK || kind == FILL ? EMFILE : 0;
  if (kind == LOOK) return 0;
  if (is("kill") || is("stop")) return EINTR;
  if (is("enospc")) return fills ? ENOSPC : 0;
  if (is("edquot")) return fills ? EDQUOT : 0;
  if (is("erofs")) return EROFS;
  if (is("eio")) return kind == DROP ? 0 : EIO;
  if (is("sync")) return kind == SYNC ? EIO : 0;
  if (is("short")) return kind == WRITE ? EAGAIN : 0;
  if (is("eintr")) return kind == WRITE ? EINTR : 0;
  return 0;
}

/* The error that this call must fail with, or 0. */
static int fault(enum kind kind) {
  const char *at = getenv("FAULT_AT");
  if (getenv("FAULT_MODE") == NULL) return 0;
  int error = outcome(kind);
  if (error == 0) return 0;
  int call = atomic_fetch_add(&calls, 1) + 1;
  if (at == NULL || call < atoi(at) || (getenv("FAULT_ONCE") != NULL && call > atoi(at))) return 0;
  if (is("eintr") && call % 2 == 0) return 0;
  if (is("kill")) kill(getpid(), SIGKILL);
  if (is("stop")) {
    kill(getpid(), SIGSTOP);
    return 0;
  }
  return error;
}

__attribute__((destructor)) static void report(void) {
  const char *file = getenv("FAULT_COUNT");
  FILE *out = file == NULL ? NULL : fopen(file, "w");
  if (out == NULL) return;
  fprintf(out, "%d", atomic_load(&calls));
  fclose(out);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CALL(hit, kind, name, ...)                          \
  do {                                                      \
    int error = (hit) ? fault(kind) : 0;                    \
    if (error != 0) {                                       \
      errno = error;                                        \
      return -1;                                            \
    }                                                       \
    return REAL(name)(__VA_ARGS__);                         \
  } while (0)

#define OPEN(name)                                          \
  int name(const char *path, int flags, ...) {              \
    va_list rest;                                           \
    va_start(rest, flags);                                  \
    mode_t mode = va_arg(rest, mode_t);                     \
    va_end(rest);                                           \
    CALL(name_under(path), flags & O_CREAT ? FILL : LOOK, name, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

/* Pages that go past the cache are written by whole ones, so half of them is no half of a page. */
static size_t half(size_t count) { return count < 2 ? count : count >= 8192 ? count / 2 & ~(size_t)4095 : count / 2; }

#define WRITING(name, ...)                                  \
  do {                                                      \
    int error = fd_under(fd) ? fault(WRITE) : 0;            \
    if (error == EAGAIN) return REAL(name)(fd, bytes, half(count) __VA_ARGS__); \
    if (error != 0) {                                       \
      errno = error;                                        \
      return -1;                                            \
    }                                                       \
    return REAL(name)(fd, bytes, count __VA_ARGS__);        \
  } while (0)

ssize_t write(int fd, const void *bytes, size_t count) { WRITING(write); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { WRITING(pwrite, , at); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { WRITING(pwrite64, , at); }

/* A short one takes its first piece alone. */
#define GATHERING(name, ...)                                \
  do {                                                      \
    int error = fd_under(fd) ? fault(WRITE) : 0;            \
    if (error == EAGAIN) return REAL(name)(fd, pieces, 1 __VA_ARGS__); \
    if (error != 0) {                                       \
      errno = error;                                        \
      return -1;                                            \
    }                                                       \
    return REAL(name)(fd, pieces, count __VA_ARGS__);       \
  } while (0)

ssize_t writev(int fd, const struct iovec *pieces, int count) { GATHERING(writev); }
ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t at) { GATHERING(pwritev, , at); }
ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t at) { GATHERING(pwritev64, , at); }

ssize_t copy_file_range(int in, off64_t *from, int fd, off64_t *to, size_t count, unsigned flags) {
  CALL(fd_under(fd), FILL, copy_file_range, in, from, fd, to, count, flags);
}
int fallocate(int fd, int mode, off_t at, off_t count) { CALL(fd_under(fd), FILL, fallocate, fd, mode, at, count); }
int fallocate64(int fd, int mode, off64_t at, off64_t count) {
  CALL(fd_under(fd), FILL, fallocate64, fd, mode, at, count);
}
int ftruncate(int fd, off_t size) { CALL(fd_under(fd), CHANGE, ftruncate, fd, size); }
int ftruncate64(int fd, off64_t size) { CALL(fd_under(fd), CHANGE, ftruncate64, fd, size); }
int fsync(int fd) { CALL(fd_under(fd), SYNC, fsync, fd); }
int fdatasync(int fd) { CALL(fd_under(fd), SYNC, fdatasync, fd); }
int rename(const char *from, const char *to) { CALL(name_under(to), CHANGE, rename, from, to); }
int link(const char *from, const char *to) { CALL(name_under(to), FILL, link, from, to); }
int symlink(const char *to, const char *path) { CALL(name_under(path), FILL, symlink, to, path); }
int unlink(const char *path) { CALL(name_under(path), DROP, unlink, path); }
int rmdir(const char *path) { CALL(name_under(path), DROP, rmdir, path); }
int mkdir(const char *path, mode_t mode) { CALL(name_under(path), FILL, mkdir, path, mode); }
