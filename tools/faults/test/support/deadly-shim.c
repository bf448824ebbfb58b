/*
 * Kills the process with SIGKILL before or after (DEADLY_WHEN) the call number DEADLY_AT that changes something in or below one
 * of the folders DEADLY_IN (separated by ':'). How many there were is written to DEADLY_COUNT when the process ends of itself.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
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

static void die(void) {
  for (;;) kill(getpid(), SIGKILL);
}

static int strike(int concerned, const char *when, int number) {
  if (!concerned) return 0;
  if (*when == 'b') number = atomic_fetch_add(&made, 1) + 1;
  const char *at = getenv("DEADLY_AT"), *wanted = getenv("DEADLY_WHEN");
  if (at && wanted && number == atoi(at) && *wanted == *when) die();
  return number;
}

__attribute__((destructor)) static void count(void) {
  const char *path = getenv("DEADLY_COUNT");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%d", atomic_load(&made));
  fclose(file);
}

#define CALL(type, name, concerned, parameters, arguments)          \
  type name parameters {                                            \
    static type(*real) parameters;                                  \
    if (!real) real = dlsym(RTLD_NEXT, #name);                      \
    int is_ours = concerned;                                        \
    int number = strike(is_ours, "before", 0);                      \
    type result = real arguments;                                   \
    strike(is_ours, "after", number);                               \
    return result;                                                  \
  }

CALL(ssize_t, write, inside_file(file), (int file, const void *bytes, size_t size), (file, bytes, size))
CALL(ssize_t, writev, inside_file(file), (int file, const struct iovec *bytes, int count), (file, bytes, count))
CALL(ssize_t, pwrite, inside_file(file), (int file, const void *bytes, size_t size, off_t at), (file, bytes, size, at))
CALL(ssize_t, pwrite64, inside_file(file), (int file, const void *bytes, size_t size, off_t at), (file, bytes, size, at))
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
    int is_ours = (flags & O_CREAT) && inside(path);                \
    int number = strike(is_ours, "before", 0);                      \
    int result = real(path, flags, mode);                           \
    strike(is_ours, "after", number);                               \
    return result;                                                  \
  }
CREATE(open)
CREATE(open64)
