/*
 * Spoils the call number DEADLY_AT of those that change something in or below one of the folders DEADLY_IN (separated by ':'), in the
 * way DEADLY_WHEN says: `before` or `after` it the process is killed; with `EIO` or `ENOSPC` it fails and changes nothing; `short`, if it
 * writes, it writes half. How many there were is written to DEADLY_COUNT when the process ends of itself.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int made;

static int inside(const char *path) {
  const char *folders = getenv("DEADLY_IN");
  while (path && folders && *folders) {
    size_t length = strcspn(folders, ":");
    if (length && strncmp(path, folders, length) == 0) return 1;
    folders += length + (folders[length] == ':');
  }
  return 0;
}

static int inside_file(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return inside(path);
}

/* What is to happen to this call; nothing unless it is the one. */
static const char *fate(int concerned) {
  if (!concerned) return "";
  int number = atomic_fetch_add(&made, 1) + 1;
  const char *at = getenv("DEADLY_AT"), *when = getenv("DEADLY_WHEN");
  return at && when && number == atoi(at) ? when : "";
}

static void die_if(const char *fate, const char *when) {
  if (strcmp(fate, when) != 0) return;
  for (;;) kill(getpid(), SIGKILL);
}

static int error_of(const char *fate) {
  return strcmp(fate, "EIO") == 0 ? EIO : strcmp(fate, "ENOSPC") == 0 ? ENOSPC : 0;
}

__attribute__((destructor)) static void count(void) {
  const char *path = getenv("DEADLY_COUNT");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%d", atomic_load(&made));
  fclose(file);
}

#define SPOIL(type, call)                                           \
  die_if(fated, "before");                                          \
  if (error_of(fated)) {                                            \
    errno = error_of(fated);                                        \
    return -1;                                                      \
  }                                                                 \
  type result = call;                                               \
  die_if(fated, "after");                                           \
  return result;

#define CALL(type, name, concerned, parameters, arguments)          \
  type name parameters {                                            \
    static type(*real) parameters;                                  \
    if (!real) real = dlsym(RTLD_NEXT, #name);                      \
    const char *fated = fate(concerned);                            \
    SPOIL(type, real arguments)                                     \
  }

#define WRITE(name, parameters, arguments)                          \
  ssize_t name parameters {                                         \
    static ssize_t(*real) parameters;                               \
    if (!real) real = dlsym(RTLD_NEXT, #name);                      \
    const char *fated = fate(inside_file(file));                    \
    if (strcmp(fated, "short") == 0) size /= 2;                     \
    SPOIL(ssize_t, real arguments)                                  \
  }

WRITE(write, (int file, const void *bytes, size_t size), (file, bytes, size))
WRITE(pwrite, (int file, const void *bytes, size_t size, off_t at), (file, bytes, size, at))
WRITE(pwrite64, (int file, const void *bytes, size_t size, off_t at), (file, bytes, size, at))
CALL(ssize_t, writev, inside_file(file), (int file, const struct iovec *bytes, int count), (file, bytes, count))
CALL(int, fsync, inside_file(file), (int file), (file))
CALL(int, fdatasync, inside_file(file), (int file), (file))
CALL(int, ftruncate64, inside_file(file), (int file, off_t size), (file, size))
CALL(int, rename, inside(to), (const char *from, const char *to), (from, to))
CALL(int, link, inside(to), (const char *from, const char *to), (from, to))
CALL(int, unlink, inside(path), (const char *path), (path))
CALL(int, mkdir, inside(path), (const char *path, mode_t mode), (path, mode))

#define CREATE(name)                                                \
  int name(const char *path, int flags, ...) {                      \
    static int (*real)(const char *, int, ...);                     \
    if (!real) real = dlsym(RTLD_NEXT, #name);                      \
    va_list rest;                                                   \
    va_start(rest, flags);                                          \
    int mode = va_arg(rest, int);                                   \
    va_end(rest);                                                   \
    const char *fated = fate((flags & O_CREAT) && inside(path));    \
    SPOIL(int, real(path, flags, mode))                             \
  }
CREATE(open)
CREATE(open64)
