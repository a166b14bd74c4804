package heapstakes.workload.heapprofile;

import heapstakes.trace.io.ProtobufReader;
import heapstakes.trace.io.ProtobufReader.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A form of heap profile, told by its beginning. A profile has sums, by call site or for all, and
 * not the order of calls, so that it is no trace.
 */
public enum ProfileKind {
  /** {@code valgrind --tool=massif}: totals at points in time. */
  MASSIF("valgrind's massif", "desc: .*\\Rcmd: (?s:.*)"),
  /** {@code valgrind --tool=dhat}: JSON. */
  DHAT("valgrind's DHAT", "\\s*\\{\\s*\"dhatFileVersion\"(?s:.*)"),
  /** jemalloc's {@code prof:true}. */
  JEPROF("jemalloc (jeprof)", "heap_v2/\\d+\\R(?s:.*)"),
  /** gperftools' {@code HEAPPROFILE}, and Go's of before. */
  GPERFTOOLS("gperftools", "heap profile: (?s:.*)"),
  /** Protocol buffers of pprof, which Go and many others write. */
  PPROF("pprof", "");

  private final String title;
  private final Pattern beginning;

  ProfileKind(String title, String beginning) {
    this.title = title;
    this.beginning = Pattern.compile(beginning);
  }

  /** Whose it is, for messages. */
  public String title() {
    return title;
  }

  /** Whether sizes of blocks and how often they are allocated can be had of it. */
  public boolean hasSizes() {
    return this != MASSIF;
  }

  /** The kind of a file that begins with {@code head}, if it is one of these. */
  public static Optional<ProfileKind> of(byte[] head) {
    if (isPprof(head)) {
      return Optional.of(PPROF);
    }
    String text = new String(head, 0, Math.min(head.length, 4096), StandardCharsets.UTF_8);
    for (ProfileKind kind : values()) {
      if (kind != PPROF && kind.beginning.matcher(text).matches()) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** Its first field is a sample_type: two numbers, of which the first names a type. */
  private static boolean isPprof(byte[] head) {
    if (head.length < 2 || head[0] != (1 << 3 | 2)) {
      return false;
    }
    try {
      ProtobufReader fields = new ProtobufReader(head);
      if (!fields.next() || fields.field() != 1 || !fields.isBytes()) {
        return false;
      }
      ProtobufReader type = fields.message();
      boolean named = type.next() && type.field() == 1 && !type.isBytes() && type.number() > 0;
      return named && type.next() && type.field() == 2 && !type.isBytes() && !type.next();
    } catch (MalformedException e) {
      return false;
    }
  }
}
