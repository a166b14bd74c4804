package heapstakes.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A trace's events as lines, written down one by one without any of the writers under test. */
public final class EventText {
  private EventText() {}

  public static List<String> of(Trace trace) {
    List<String> lines = new ArrayList<>();
    EventBatch batch = new EventBatch();
    try (TraceCursor cursor = trace.open()) {
      while (cursor.next(batch)) {
        for (int i = batch.from; i < batch.to; i++) {
          lines.add(
              String.format(
                  Locale.ROOT,
                  "%c %d %d %d",
                  "mcrgfwdTtx@PFXb".charAt(batch.op[i]),
                  batch.slot[i],
                  batch.size[i],
                  batch.extra[i]));
        }
      }
    }
    return lines;
  }
}
