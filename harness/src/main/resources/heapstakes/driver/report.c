/* What the driver says: frames on a descriptor of its own, through one buffer. */
#define _GNU_SOURCE
#include "driver.h"

#include <fcntl.h>
#include <sys/syscall.h>

#define BUFFER (1ul << 20)
#define RESULTS 1024

static u8 *buffer;
static long out_file;
static struct {
  u64 filled, results[RESULTS * 3];
  u32 result_count;
  volatile int lock;
} *out;

u64 length_of(const char *text) {
  u64 n = 0;
  while (text[n]) n++;
  return n;
}

int starts_with(const char *text, const char *prefix) {
  while (*prefix) {
    if (*text++ != *prefix++) return 0;
  }
  return 1;
}

u64 number_of(const char *text) {
  u64 n = 0;
  while (*text >= '0' && *text <= '9') n = n * 10 + (u64)(*text++ - '0');
  return n;
}

void copy(void *to, const void *from, u64 bytes) {
  u8 *t = to;
  const u8 *f = from;
  while (bytes--) *t++ = *f++;
}

void report_open(long file) {
  out_file = file;
  raw(SYS_fcntl, out_file, F_SETPIPE_SZ, (long)BUFFER);
  out = reserve_shared(sizeof *out);
  buffer = reserve_shared(BUFFER);
}

static void drain(void) {
  u64 at = 0;
  while (at < out->filled) {
    long n = raw(SYS_write, out_file, buffer + at, out->filled - at);
    if (n == -4) continue;                       /* EINTR */
    if (n < 0) raw(SYS_exit_group, 3);           /* nobody reads: nothing left to do */
    at += (u64)n;
  }
  out->filled = 0;
}

static void put(const void *bytes, u64 count) {
  const u8 *from = bytes;
  while (count > 0) {
    if (out->filled == BUFFER) drain();
    u64 n = BUFFER - out->filled < count ? BUFFER - out->filled : count;
    copy(buffer + out->filled, from, n);
    out->filled += n;
    from += n;
    count -= n;
  }
}

static void lock(void) {
  while (__atomic_exchange_n(&out->lock, 1, __ATOMIC_ACQUIRE)) raw(SYS_sched_yield);
}

static void unlock(void) { __atomic_store_n(&out->lock, 0, __ATOMIC_RELEASE); }

static void put_frame(u32 kind, const void *a, u32 an, const void *b, u32 bn) {
  u32 head[2] = {kind, an + bn};
  put(head, sizeof head);
  put(a, an);
  put(b, bn);
}

static void put_results(void) {
  if (out->result_count > 0) put_frame(FRAME_RESULTS, out->results, out->result_count * 24, "", 0);
  out->result_count = 0;
}

void frame2(u32 kind, const void *head, u32 head_bytes, const void *body, u32 body_bytes) {
  lock();
  put_results();                                 /* so that frames keep the order of events */
  put_frame(kind, head, head_bytes, body, body_bytes);
  unlock();
}

void frame(u32 kind, const void *payload, u32 bytes) { frame2(kind, payload, bytes, "", 0); }

void result(u64 address) {
  if (meter == METER_UNTRAPPED) program_break = (u64)raw(SYS_brk, 0);
  lock();
  u64 *r = out->results + 3 * out->result_count++;
  r[0] = address == NOT_MEASURED ? 0 : address;
  r[1] = address == NOT_MEASURED ? (u64)REGION_NONE << 56 : region_of(address);
  r[2] = program_break - initial_break;
  if (out->result_count == RESULTS) put_results();
  unlock();
}

void report_flush(void) {
  lock();
  put_results();
  drain();
  unlock();
}

void failure_record(u64 signal, u64 address, const char *text) {
  u64 head[4] = {run.operation, run.events, signal, address};
  frame2(FRAME_FAILURE, head, sizeof head, text, (u32)length_of(text));
}

/* What the library has done that no malloc may. */
void broken(const char *text) {
  u64 head[4] = {run.operation, run.events, 0, 0};
  frame2(FRAME_BROKEN, head, sizeof head, text, (u32)length_of(text));
  report_flush();
  raw(SYS_exit_group, 2);
  __builtin_unreachable();
}

void fail(const char *what, const char *detail) {
  char text[1024];
  u64 n = length_of(what), m = length_of(detail);
  if (n > 500) n = 500;
  if (m > 500) m = 500;
  copy(text, what, n);
  copy(text + n, detail, m);
  text[n + m] = 0;
  if (buffer) {
    failure_record(0, 0, text);
    report_flush();
  } else {
    raw(SYS_write, 2, text, n + m);
  }
  raw(SYS_exit_group, 2);
  __builtin_unreachable();
}
