/* What replaces the program: where the next one has no file, it was not recorded. */
#define _GNU_SOURCE
#include "recorder.h"

#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Marks that the process goes on to another image: where that has no file, it was not recorded. What
 * runs in memory lent by vfork is another process.
 */
static void replaces(u32 will) {
  if (is_recorded() && (u32)syscall(SYS_getpid) == head->pid) head->replaced = will;
}

#define REPLACE(call)                 \
  do {                                \
    if (!is_ready()) return -1;       \
    replaces(1);                      \
    call;                             \
    replaces(0);                      \
    return -1;                        \
  } while (0)

EXPORTED int execve(const char *path, char *const words[], char *const environment[]) {
  REPLACE(next.execve(path, words, environment));
}

EXPORTED int execv(const char *path, char *const words[]) { REPLACE(next.execve(path, words, environ)); }

EXPORTED int execvp(const char *file, char *const words[]) { REPLACE(next.execvpe(file, words, environ)); }

EXPORTED int execvpe(const char *file, char *const words[], char *const environment[]) {
  REPLACE(next.execvpe(file, words, environment));
}

EXPORTED int fexecve(int fd, char *const words[], char *const environment[]) {
  REPLACE(next.fexecve(fd, words, environment));
}

/* How many words there are from the first on; the list ends with NULL. */
static size_t count_words(const char *first, va_list *rest) {
  size_t count = 0;
  for (const char *word = first; word; word = va_arg(*rest, const char *)) count++;
  return count;
}

/* The words of a call that has them as arguments, and what follows them. */
#define WORDS_OF(first)                                                                    \
  va_list list;                                                                            \
  va_start(list, first);                                                                   \
  size_t count = count_words(first, &list);                                                \
  va_end(list);                                                                            \
  char *words[count + 1];                                                                  \
  va_start(list, first);                                                                   \
  words[0] = (char *)first;                                                                \
  for (size_t i = 1; i <= count; i++) words[i] = va_arg(list, char *)

EXPORTED int execl(const char *path, const char *first, ...) {
  WORDS_OF(first);
  va_end(list);
  return execv(path, words);
}

EXPORTED int execlp(const char *file, const char *first, ...) {
  WORDS_OF(first);
  va_end(list);
  return execvp(file, words);
}

EXPORTED int execle(const char *path, const char *first, ...) {
  WORDS_OF(first);
  char *const *environment = va_arg(list, char *const *);
  va_end(list);
  return execve(path, words, environment);
}
