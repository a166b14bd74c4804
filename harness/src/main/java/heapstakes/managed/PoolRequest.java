package heapstakes.managed;

import heapstakes.replay.ReplayOptions;
import heapstakes.trace.TraceInfo.Touch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the JVM of a pool is asked for.
 *
 * @param contestant as users write it
 * @param trace file with the events, {@code .hsb}
 * @param name of the trace
 * @param options how it is replayed
 * @param answer file that the {@link PoolAnswer} goes to
 */
record PoolRequest(String contestant, Path trace, String name, ReplayOptions options, Path answer) {
  /** As arguments of {@link PoolReplay}. */
  List<String> words() {
    return List.of(
        contestant,
        trace.toString(),
        name,
        Long.toString(options.opNanos()),
        options.touch().map(Touch::name).orElse(""),
        answer.toString());
  }

  /** Reads what {@link #words} says. */
  static PoolRequest parse(List<String> words) {
    Optional<Touch> touch = Optional.of(words.get(4)).filter(w -> !w.isEmpty()).map(Touch::valueOf);
    return new PoolRequest(
        words.get(0),
        Path.of(words.get(1)),
        words.get(2),
        new ReplayOptions(Long.parseLong(words.get(3)), touch),
        Path.of(words.get(5)));
  }
}
