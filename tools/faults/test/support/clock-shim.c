/*
 * Lies about the time to one process, while it runs. CLOCK_SHIM names a file of two doubles: by how many seconds the wall clock
 * was set, and for how many the machine slept (which the clock that counts sleep then tells, and the wall clock).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile double *lie;
static int uptime_file = -1;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("CLOCK_SHIM");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *map = mmap(0, 2 * sizeof(double), PROT_READ, MAP_SHARED, file, 0);
  if (map != MAP_FAILED) lie = map;
}

static double wall(void) { return lie ? lie[0] + lie[1] : 0; }

int clock_gettime(clockid_t id, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(id, now);
  if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) now->tv_sec += (time_t)wall();
  if (id == CLOCK_BOOTTIME && lie) now->tv_sec += (time_t)lie[1];
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static int (*real)(struct timeval *, void *);
  if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
  int result = real(now, zone);
  now->tv_sec += (time_t)wall();
  return result;
}

static int remember(const char *path, int file) {
  if (path && strcmp(path, "/proc/uptime") == 0) uptime_file = file;
  return file;
}

#define OPEN(name)                                                  \
  int name(const char *path, int flags, ...) {                      \
    static int (*real)(const char *, int, ...);                     \
    if (!real) real = dlsym(RTLD_NEXT, #name);                      \
    va_list rest;                                                   \
    va_start(rest, flags);                                          \
    int mode = va_arg(rest, int);                                   \
    va_end(rest);                                                   \
    return remember(path, real(path, flags, mode));                 \
  }
OPEN(open)
OPEN(open64)

static ssize_t asleep(int file, char *buffer, ssize_t length, size_t size) {
  double up;
  if (file != uptime_file || !lie || length <= 0 || sscanf(buffer, "%lf", &up) != 1) return length;
  char text[64];
  int wrote = snprintf(text, sizeof text, "%.2f 0.00\n", up + lie[1]);
  if (wrote < 0 || (size_t)wrote > size) return length;
  memcpy(buffer, text, wrote);
  return wrote;
}

#define PREAD(name)                                                 \
  ssize_t name(int file, void *buffer, size_t size, off_t offset) { \
    static ssize_t (*real)(int, void *, size_t, off_t);             \
    if (!real) real = dlsym(RTLD_NEXT, #name);                      \
    return asleep(file, buffer, real(file, buffer, size, offset), size); \
  }
PREAD(pread)
PREAD(pread64)
