/*
 * In the program whose instructions are counted only: what asks for the time, the library among them,
 * gets the trace's. By the real one a library would give memory back the earlier the slower it runs,
 * and no two counts were equal.
 */
#define _GNU_SOURCE
#include "timer.h"

#include <sys/time.h>
#include <time.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int clock_gettime(clockid_t clock, struct timespec *now) {
  (void)clock;
  now->tv_sec = (time_t)(trace_nanos / 1000000000);
  now->tv_nsec = (long)(trace_nanos % 1000000000);
  return 0;
}

EXPORTED int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  now->tv_sec = (time_t)(trace_nanos / 1000000000);
  now->tv_usec = (suseconds_t)(trace_nanos / 1000 % 1000000);
  return 0;
}

EXPORTED time_t time(time_t *now) {
  time_t seconds = (time_t)(trace_nanos / 1000000000);
  if (now) *now = seconds;
  return seconds;
}
