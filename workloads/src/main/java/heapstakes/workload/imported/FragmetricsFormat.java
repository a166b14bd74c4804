package heapstakes.workload.imported;

import heapstakes.trace.TraceException;
import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;
import heapstakes.workload.pointer.RecordedHeap;
import java.util.Comparator;
import java.util.PriorityQueue;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON lines of fragmetrics and its shim: {@code {"ts":0,"op":"alloc","id":1,"size":64}} and {@code
 * {"ts":1,"op":"free","id":1}}. Threads write lines a little out of order, which {@code ts} mends.
 *
 * <p>It cannot say: threads, alignment, calloc (its product), realloc (a free and an alloc), time
 * ({@code ts} counts events).
 */
public final class FragmetricsFormat implements TraceFormat {
  /** How many events late a line may be. */
  private static final int WINDOW = 1 << 16;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** For the public registry. */
  public FragmetricsFormat() {}

  @Override
  public String name() {
    return "fragmetrics";
  }

  @Override
  public String summary() {
    return "JSON lines of fragmetrics, {\"op\":\"alloc\",…}";
  }

  @Override
  public boolean recognises(byte[] head) {
    LineReader lines = LineReader.ofHead(head);
    return lines.next() && lines.rest().matches("\\{.*\"op\": ?\"(alloc|free)\".*}");
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    lines.expect("{\"ts\":NUMBER,\"op\":\"alloc\"|\"free\",\"id\":NUMBER[,\"size\":BYTES]}");
    new Pass(lines, sink).read();
  }

  private record Event(long time, long line, boolean isFree, long id, long size) {}

  private static final class Pass {
    private final LineReader lines;
    private final TraceSink sink;
    private final RecordedHeap heap;
    private final PriorityQueue<Event> waiting =
        new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::line));
    private long now = Long.MIN_VALUE;

    Pass(LineReader lines, TraceSink sink) {
      this.lines = lines;
      this.sink = sink;
      heap = new RecordedHeap(sink);
    }

    void read() {
      while (lines.next()) {
        if (lines.peek() != -1) {
          Event event = event(lines.text());
          if (event.time() < now) {
            sink.note("events more than 65536 lines behind their time (where they stand)", 1);
          }
          waiting.add(event);
          if (waiting.size() > WINDOW) {
            apply(waiting.remove());
          }
        }
      }
      while (!waiting.isEmpty()) {
        apply(waiting.remove());
      }
      heap.finish();
    }

    private void apply(Event event) {
      now = Math.max(now, event.time());
      if (event.isFree()) {
        heap.free(event.id(), event.line());
      } else {
        heap.malloc(event.id(), event.size(), event.line());
      }
    }

    private Event event(String text) {
      JsonNode node;
      try {
        node = JSON.readTree(text);
      } catch (JacksonException e) {
        throw lines.malformed("it is no JSON: " + e.getOriginalMessage());
      }
      String op = node.path("op").asString("");
      boolean isFree = op.equals("free");
      if (!isFree && !op.equals("alloc")) {
        throw lines.malformed("\"op\" is neither \"alloc\" nor \"free\"");
      }
      long time = node.has("ts") ? number(node, "ts") : lines.line();
      // Ids may begin with 0, which is no pointer.
      long id = number(node, "id") + 1;
      return new Event(time, lines.line(), isFree, id, isFree ? 0 : number(node, "size"));
    }

    private long number(JsonNode node, String field) {
      JsonNode value = node.path(field);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw numberMissing(field);
      }
      return value.longValue();
    }

    private TraceException numberMissing(String field) {
      return lines.malformed("\"" + field + "\" is no whole number of 0 or more");
    }
  }
}
