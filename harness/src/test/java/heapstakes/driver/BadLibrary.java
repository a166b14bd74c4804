package heapstakes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A malloc library that does one thing wrong, compiled for a test. */
public final class BadLibrary {
  /** A malloc that is right: a pool from which nothing is ever taken back. */
  private static final String SOUND =
      """
      #include <pthread.h>
      #include <signal.h>
      #include <stddef.h>
      #include <string.h>
      #include <unistd.h>
      #include <stdlib.h>
      #include <sys/mman.h>
      static char *pool; static size_t at; static long n;
      static void *place(size_t align, size_t s) {
        if (!pool) pool = mmap(0, 1 << 28, 3, 34, -1, 0);
        at = (at + 16 + align - 1) & -align;
        *(size_t *)(pool + at - 8) = s;
        at += s + 16;
        return pool + at - s - 16;
      }
      size_t malloc_usable_size(void *p) { return p ? ((size_t *)p)[-1] - SHORT : 0; }
      void *malloc(size_t s) { n++; MALLOC; return place(16, s); }
      void free(void *p) { FREE; }
      void *calloc(size_t a, size_t b) { void *p = malloc(a * b); CALLOC; return p; }
      void *memalign(size_t a, size_t s) { MEMALIGN; return place(a < 16 ? 16 : a, s); }
      void *realloc(void *o, size_t s) {
        void *p = malloc(s);
        if (o) memcpy(p, o, (s < ((size_t *)o)[-1] ? s : ((size_t *)o)[-1]) REALLOC);
        return p;
      }
      """;

  private BadLibrary() {}

  /**
   * @param faults macros to define, {@code NAME=STATEMENTS}: {@code SHORT}, {@code MALLOC}, …
   */
  public static MeteredLibrary with(Path folder, String... faults) throws Exception {
    return MeteredLibrary.preloaded("native:bad", compile(folder, SOUND, faults));
  }

  static Path compile(Path folder, String source, String... macros)
      throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder("#define _GNU_SOURCE\n");
    for (String name : new String[] {"MALLOC", "FREE", "CALLOC", "MEMALIGN", "REALLOC", "SHORT"}) {
      String body = name.equals("SHORT") ? "0" : "";
      for (String macro : macros) {
        body = macro.startsWith(name + "=") ? macro.substring(name.length() + 1) : body;
      }
      text.append(String.format(Locale.ROOT, "#define %s %s%n", name, body));
    }
    Path file = folder.resolve("bad.c");
    Files.writeString(file, text + source);
    Path library = folder.resolve("bad.so");
    Process compiler =
        new ProcessBuilder(
                "cc",
                "-w",
                "-O1",
                "-shared",
                "-fPIC",
                "-fno-builtin",
                "-o",
                library.toString(),
                file.toString(),
                "-ldl")
            .redirectErrorStream(true)
            .start();
    String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(compiler.waitFor()).as(said).isZero();
    return library;
  }
}
