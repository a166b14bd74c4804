package heapstakes.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heapstakes.driver.NativeBuild;
import heapstakes.trace.file.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions that a program's libraries look up by name, and in the library that comes next. */
class FoundByNameTest {
  /** A library that begins with the program, or is loaded later: one call by each way. */
  private static final String LIBRARY =
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stdlib.h>
      void call(size_t size) {
        void *handle = dlopen("libc.so.6", RTLD_NOW);
        void *(*by_next)(size_t) = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
        void *(*by_default)(size_t) = (void *(*)(size_t))dlsym(RTLD_DEFAULT, "malloc");
        void *(*by_version)(size_t) = (void *(*)(size_t))dlvsym(handle, "malloc", "GLIBC_2.2.5");
        void (*next_version)(void *) = (void (*)(void *))dlvsym(RTLD_NEXT, "free", "GLIBC_2.2.5");
        int (*trim)(size_t) = (int (*)(size_t))dlsym(RTLD_NEXT, "malloc_trim");
        void *a = by_next(size), *b = by_default(size + 1), *c = by_version(size + 2);
        next_version(b), next_version(a), next_version(c);
        trim(77);
        if (!dlsym(RTLD_NEXT, "strlen") || dlsym(RTLD_NEXT, "no such name")) abort();
        if (dlvsym(handle, "malloc", "GLIBC_0.1")) abort();
      }
      """;

  private static final List<String> CALLED =
      List.of("t 0", "m a 10001", "m b 10002", "m c 10003", "f b", "f a", "f c", "T 77");

  /** An allocator of the program's own: what it takes from the next one is not the program's. */
  private static final String ALLOCATOR =
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stddef.h>
      static void *(*next_calloc)(size_t, size_t);
      static void (*next_free)(void *);
      void *malloc(size_t size) {
        if (!next_calloc) next_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
        return next_calloc(1, size);
      }
      void free(void *block) {
        if (!next_free) next_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
        next_free(block);
      }
      """;

  @TempDir Path folder;

  @BeforeAll
  static void needACompiler() {
    Optional<String> reason = NativeBuild.of(NativeBuild.Program.RECORDER).unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  private String source(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String cc(String name, String... arguments) throws Exception {
    String made = folder.resolve(name).toString();
    List<String> command = new ArrayList<>(List.of("cc", "-fno-builtin", "-w", "-o", made));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    return made;
  }

  private List<String> calls(String... command) throws Exception {
    try (Recorder recorder = new Recorder(List.of(command), folder, RecordingOptions.PLAIN)) {
      assertThat(recorder.await()).isZero();
      Path text = folder.resolve("calls.hst");
      Traces.importTo("recorder:" + recorder.images().getLast().file(), text);
      return Calls.of(text);
    }
  }

  @Test
  void whatALibraryOfTheProgramFindsIsRecorded() throws Exception {
    String library = cc("libasks.so", "-shared", "-fPIC", source("asks.c", LIBRARY));
    String program = source("p.c", "void call(long); int main(void) { call(10001); return 0; }");

    assertThat(calls(cc("p", program, library, "-Wl,-rpath," + folder))).isEqualTo(CALLED);
  }

  @Test
  void whatALibraryFindsThatWasLoadedLaterIsRecorded() throws Exception {
    String library = cc("libasks.so", "-shared", "-fPIC", source("asks.c", LIBRARY));
    String program =
        source(
            "p.c",
            """
            #include <dlfcn.h>
            int main(int count, char **word) {
              void *library = dlopen(word[1], RTLD_NOW);
              ((void (*)(long))dlsym(library, "call"))(10001);
              return 0;
            }
            """);

    assertThat(calls(cc("p", program), library)).isEqualTo(CALLED);
  }

  @Test
  void whatTheProgramsOwnAllocatorTakesFromTheNextIsRecordedOnce() throws Exception {
    String library = cc("libown.so", "-shared", "-fPIC", source("own.c", ALLOCATOR));
    String program =
        source(
            "p.c",
            "#include <stdlib.h>\nint main(void) { free(malloc(10001)); free(malloc(10002)); return 0; }");

    assertThat(calls(cc("p", program, library, "-Wl,-rpath," + folder)))
        .containsExactly("t 0", "m a 10001", "f a", "m b 10002", "f b");
  }
}
