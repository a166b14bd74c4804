package heapstakes.record;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Interpreters that keep pools of their own, in which a recorder of malloc does not see. */
public final class OwnPools {
  private static final int PYTHON_WITHOUT = 1;
  private static final int PHP_WITHOUT = 2;
  private static final int NEVER_WITHOUT = 0;

  private record Interpreter(Pattern names, int without, String hint) {}

  private static final List<Interpreter> INTERPRETERS =
      List.of(
          new Interpreter(
              Pattern.compile("python(\\d[.\\d]*)?[td]?|pypy.*"),
              PYTHON_WITHOUT,
              "CPython keeps blocks of up to 512 bytes in pools of its own: the trace has the pools,"
                  + " not the blocks. Record it with PYTHONMALLOC=malloc in its environment."),
          new Interpreter(
              Pattern.compile("php(-fpm|-cgi)?(\\d[.\\d]*)?"),
              PHP_WITHOUT,
              "PHP keeps a request's blocks in pools of its own: the trace has the pools, not the"
                  + " blocks. Record it with USE_ZEND_ALLOC=0 in its environment."),
          new Interpreter(
              Pattern.compile("node(js)?|deno|chrome|chromium|electron"),
              NEVER_WITHOUT,
              "V8 keeps JavaScript's objects in a heap that it maps itself: the trace has only what"
                  + " native code asks for (buffers, modules). No setting changes that."),
          new Interpreter(
              Pattern.compile("java|javac|jshell"),
              NEVER_WITHOUT,
              "The JVM keeps Java's objects in a heap that it maps itself: the trace has only what"
                  + " native code asks for. No setting changes that; -XX:NativeMemoryTracking=summary"
                  + " tells the rest."),
          new Interpreter(
              Pattern.compile("ruby(\\d[.\\d]*)?"),
              NEVER_WITHOUT,
              "Ruby keeps its objects in pages of its own; the trace has these pages, and what does"
                  + " not fit into a slot of them. No setting changes that."));

  private OwnPools() {}

  /** What somebody should know who replays a trace of {@code image}. */
  public static Optional<String> hint(RecordedImage image) {
    return INTERPRETERS.stream()
        .filter(known -> known.names.matcher(image.program()).matches())
        .filter(known -> (image.pools() & known.without) == 0)
        .map(Interpreter::hint)
        .findFirst();
  }
}
