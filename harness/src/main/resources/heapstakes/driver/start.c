/* The start of the process: its options, its pipes, and all that comes before any library. */
#define _GNU_SOURCE
#include "driver.h"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PIPE_BYTES (1 << 20)
#define FIRST_OWN_FILE 500
#define LATER "LATER_"

struct options options = {.touch = TOUCH_ALL, .op_nanos = 100, .trap = 1, .threads = 1};

static void parse(const char *argument) {
  static const struct {
    const char *key;
    u64 *value;
  } NUMBERS[] = {
      {"slots=", &options.slots}, {"threads=", &options.threads}, {"op-nanos=", &options.op_nanos},
      {"sample-every=", &options.sample_every}, {"counters-every=", &options.counters_every},
      {"pages-every=", &options.pages_every}, {"limit=", &options.limit_bytes},
      {"touch=", &options.touch}, {"results=", &options.results}, {"log-calls=", &options.log_calls},
      {"no-aslr=", &options.no_aslr}, {"clocked=", &options.clocked},
      {"stop-at-null=", &options.stop_at_null}, {"page-bits=", &options.page_bits},
      {"lazy-samples=", &options.lazy_samples}, {"trap=", &options.trap},
      {"refuse=", &options.refuse},
      {"end-counters=", &options.end_counters}, {"maps=", &options.maps}, {"scan=", &options.scan},
      {"preloaded=", &options.preloaded}, {"check=", &options.check},
      {"parent=", &options.parent}, {"thp=", &options.thp}, {"forks=", &options.forks}};
  for (u32 i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
    if (starts_with(argument, NUMBERS[i].key)) {
      *NUMBERS[i].value = number_of(argument + length_of(NUMBERS[i].key));
      return;
    }
  }
  if (starts_with(argument, "library=")) options.library = argument + 8;
  else if (starts_with(argument, "prefix=")) options.prefix = argument + 7;
  else fail("unknown option ", argument);
}

static void without_randomisation(char **argv, char **envp) {
  long now = raw(SYS_personality, 0xffffffff);
  if (!options.no_aslr || (now & ADDR_NO_RANDOMIZE)) return;
  if (raw(SYS_personality, now | ADDR_NO_RANDOMIZE) < 0) return;
  raw(SYS_execve, "/proc/self/exe", argv, envp);
}

/*
 * The library's own loader takes this process over: exec LOADER ITS-ARGUMENTS. Its variables come
 * with a mark, so that the loader of the first start does not regard them.
 */
static void give_way(char **argv, char **envp) {
  for (char **argument = argv; *argument; argument++) {
    if (starts_with(*argument, "no-aslr=")) parse(*argument);
  }
  for (char **variable = envp; *variable; variable++) {
    if (starts_with(*variable, LATER)) *variable += length_of(LATER);
  }
  long now = raw(SYS_personality, 0xffffffff);
  if (options.no_aslr) raw(SYS_personality, now | ADDR_NO_RANDOMIZE);
  raw(SYS_execve, argv[0], argv, envp);
  fail("cannot start the loader ", argv[0]);
}

/* A runaway must hit the driver and nobody else. */
void guard(void) {
  struct rlimit none = {0, 0};
  raw(SYS_setrlimit, RLIMIT_CORE, &none);
  long file = raw(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0);
  if (file >= 0) {
    raw(SYS_write, file, "1000", 4);
    raw(SYS_close, file);
  }
  if (options.limit_bytes == 0) return;
  struct rlimit data = {options.limit_bytes, options.limit_bytes};
  raw(SYS_setrlimit, RLIMIT_DATA, &data);
}

/* Nobody is left to be measured for: a library that hangs would stay for ever. */
static void end_with_parent(void) {
  raw(SYS_prctl, PR_SET_PDEATHSIG, 9, 0, 0, 0);
  if (options.parent && (u64)raw(SYS_getppid) != options.parent) raw(SYS_exit_group, 3);
}

/* Moves a pipe to where no library looks for it, which finds nothing at the old place. */
static long own_file(long number) {
  long own = raw(SYS_fcntl, number, F_DUPFD_CLOEXEC, FIRST_OWN_FILE);
  if (own < 0) own = raw(SYS_fcntl, number, F_DUPFD_CLOEXEC, 3); /* few files are allowed */
  if (own < 0) fail("cannot move the driver's pipes", "");
  long nothing = raw(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0);
  if (nothing >= 0) {
    raw(SYS_dup3, nothing, number, 0);
    raw(SYS_close, nothing);
  }
  return own;
}

/* Before the constructors of all libraries, so that what they map is seen. */
void before_all(int argc, char **argv, char **envp) {
  if (argc > 2 && starts_with(argv[1], "exec") && !argv[1][4]) give_way(argv + 2, envp);
  for (int i = 1; i < argc; i++) parse(argv[i]);
  end_with_parent();
  without_randomisation(argv, envp);
  books_open();
  long events = own_file(0);
  raw(SYS_fcntl, events, F_SETPIPE_SZ, PIPE_BYTES);
  report_open(own_file(1));
  if (sysconf(_SC_PAGESIZE) != PAGE) fail("pages of this kernel are not of 4096 bytes", "");
  events_open(events);
  turns_open();
  if (options.check) check_open();
  family_begin();
  meter_open();
  if (!options.library) level_mappings(); /* else once the library is loaded */
  library_find();
  sleepers_open();
  calls_install();
}
