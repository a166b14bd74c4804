package heapstakes.fidelity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The agreement of twins and libraries as one JSON document: the records as they are. */
public final class FidelityJson {
  private final List<Map<String, Object>> entries = new ArrayList<>();
  private Map<String, Object> subject = Map.of();

  /** What the entries to come are about. */
  public void begin(String twin, String library, String version) {
    subject = new LinkedHashMap<>();
    subject.put("twin", twin);
    subject.put("library", library);
    subject.put("version", version);
  }

  /** A twin is not compared. */
  public void skippedTwin(String twin, String reason) {
    subject = Map.of();
    entry("twin", twin, "skipped").put("reason", reason);
  }

  /** A trace is not compared. */
  public void skippedTrace(String trace, String reason) {
    entry("trace", trace, "skipped").put("reason", reason);
  }

  /** A twin's library cannot be run. */
  public void failedTwin(String twin, String reason) {
    subject = Map.of();
    entry("twin", twin, "error").put("reason", reason);
  }

  /** A trace came to no result. */
  public void failedTrace(String trace, String reason) {
    entry("trace", trace, "error").put("reason", reason);
  }

  /** A trace was compared. */
  public void trace(Agreement agreement) {
    entry("trace", agreement.trace(), agreement.holds() ? "equal" : "different")
        .put("agreement", agreement);
  }

  private Map<String, Object> entry(String key, String what, String status) {
    Map<String, Object> entry = new LinkedHashMap<>(subject);
    entry.put(key, what);
    entry.put("status", status);
    entries.add(entry);
    return entry;
  }

  /** The document. */
  public String text() {
    return JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(entries)
        + "\n";
  }
}
