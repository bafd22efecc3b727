/* Loaded before libc: writes down, in order, what a process does to its database files.

   A record is: kind (1 byte: W write, T truncate, S sync), file (1 byte: D database, L its log, A answers),
   offset (8 bytes), length (8 bytes), then the bytes of a write. One lock around the call and its record, so
   the order of the records is the order of the deeds. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record_fd = -2;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int ends(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && !strcmp(text + a - b, end);
}

static char file_of(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (ends(path, "/station.sqlite3")) return 'D';
  if (ends(path, "/station.sqlite3-wal")) return 'L';
  if (ends(path, "/answers")) return 'A';
  return 0;
}

static void put(const void *bytes, size_t count) {
  static __typeof__(&write) real_write;
  if (!real_write) real_write = REAL(write);
  for (const char *at = bytes; count;) {
    ssize_t done = real_write(record_fd, at, count);
    if (done < 0) abort();
    at += done, count -= done;
  }
}

static void record(char kind, char file, uint64_t offset, uint64_t length, const void *bytes) {
  if (record_fd == -2) {
    const char *path = getenv("RECORD");
    record_fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
  }
  if (record_fd < 0) return;
  put(&kind, 1), put(&file, 1), put(&offset, 8), put(&length, 8);
  if (bytes) put(bytes, length);
}

#define WRITE(name, offset_type)                                                     \
  ssize_t name(int fd, const void *bytes, size_t count, offset_type offset) {        \
    static __typeof__(&name) real;                                                   \
    if (!real) real = REAL(name);                                                    \
    char file = file_of(fd);                                                         \
    if (!file) return real(fd, bytes, count, offset);                                \
    pthread_mutex_lock(&lock);                                                       \
    ssize_t done = real(fd, bytes, count, offset);                                   \
    if (done > 0) record('W', file, (uint64_t)offset, (uint64_t)done, bytes);        \
    pthread_mutex_unlock(&lock);                                                     \
    return done;                                                                     \
  }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t count) {
  static __typeof__(&write) real;
  if (!real) real = REAL(write);
  char file = file_of(fd);
  if (!file) return real(fd, bytes, count);
  pthread_mutex_lock(&lock);
  off_t offset = lseek(fd, 0, SEEK_CUR);
  ssize_t done = real(fd, bytes, count);
  if (done > 0) record('W', file, (uint64_t)offset, (uint64_t)done, bytes);
  pthread_mutex_unlock(&lock);
  return done;
}

#define TRUNCATE(name, offset_type)                                                  \
  int name(int fd, offset_type length) {                                             \
    static __typeof__(&name) real;                                                   \
    if (!real) real = REAL(name);                                                    \
    char file = file_of(fd);                                                         \
    if (!file) return real(fd, length);                                              \
    pthread_mutex_lock(&lock);                                                       \
    int failed = real(fd, length);                                                   \
    if (!failed) record('T', file, 0, (uint64_t)length, NULL);                       \
    pthread_mutex_unlock(&lock);                                                     \
    return failed;                                                                   \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                                                   \
  int name(int fd) {                                                                 \
    static __typeof__(&name) real;                                                   \
    if (!real) real = REAL(name);                                                    \
    char file = file_of(fd);                                                         \
    if (!file) return real(fd);                                                      \
    pthread_mutex_lock(&lock);                                                       \
    int failed = real(fd);                                                           \
    if (!failed) record('S', file, 0, 0, NULL);                                      \
    pthread_mutex_unlock(&lock);                                                     \
    return failed;                                                                   \
  }
SYNC(fsync)
SYNC(fdatasync)
