/*
 * Preloaded into a process (LD_PRELOAD), it counts the calls that change files under FAULT_DIR and faults them from
 * number FAULT_AT on. FAULT_MODE says which calls count and what becomes of them: kill (all; the process ends before
 * the call), enospc (those that need space; they fail), eio (the syncs; they fail). Without FAULT_AT it only counts,
 * and leaves the number in the file FAULT_COUNT.
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
#include <unistd.h>

enum kind { CHANGE, FILL, SYNC };
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

/* The error that this call must fail with, or 0. */
static int fault(enum kind kind) {
  const char *mode = getenv("FAULT_MODE"), *at = getenv("FAULT_AT");
  if (mode == NULL) return 0;
  if (strcmp(mode, "enospc") == 0 && kind != FILL) return 0;
  if (strcmp(mode, "eio") == 0 && kind != SYNC) return 0;
  int call = atomic_fetch_add(&calls, 1) + 1;
  if (at == NULL || call < atoi(at)) return 0;
  if (strcmp(mode, "kill") == 0) kill(getpid(), SIGKILL);
  return kind == SYNC ? EIO : ENOSPC;
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
    CALL((flags & O_CREAT) && under(path), FILL, name, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void *bytes, size_t count) { CALL(fd_under(fd), FILL, write, fd, bytes, count); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  CALL(fd_under(fd), FILL, pwrite, fd, bytes, count, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  CALL(fd_under(fd), FILL, pwrite64, fd, bytes, count, at);
}
int fsync(int fd) { CALL(fd_under(fd), SYNC, fsync, fd); }
int fdatasync(int fd) { CALL(fd_under(fd), SYNC, fdatasync, fd); }
int rename(const char *from, const char *to) { CALL(under(to), CHANGE, rename, from, to); }
int unlink(const char *path) { CALL(under(path), CHANGE, unlink, path); }
int mkdir(const char *path, mode_t mode) { CALL(under(path), FILL, mkdir, path, mode); }
