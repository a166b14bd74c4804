package heapstakes.workload.heapprofile;

import heapstakes.trace.TraceException;
import heapstakes.trace.io.ProtobufReader;
import heapstakes.trace.io.ProtobufReader.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The size profile of a heap profile: {@code size,allocations,live blocks}, a line a size.
 *
 * <p>A call site's blocks count as of their mean size. DHAT knows how long blocks lived, from which
 * follows how many were live on average; the others say how many were live when they were written.
 * What was sampled is scaled up as pprof does: a block of size s is seen with the probability 1 −
 * exp(−s/period).
 */
public final class HeapProfiles {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern SAMPLED = Pattern.compile(".*heap_v2/(\\d{1,18})\\s*");

  /** Live blocks and bytes, and in brackets all that were allocated. */
  private static final Pattern COUNTS =
      Pattern.compile(
          "\\s*(t\\*: )?(\\d{1,18}): +(\\d{1,18}) \\[ *(\\d{1,18}): +(\\d{1,18})\\](?: @.*)?\\s*");

  private HeapProfiles() {}

  /**
   * Reads a heap profile.
   *
   * @param name of the file, for messages
   * @throws TraceException when it is damaged, or says nothing of sizes
   */
  public static String csv(ProfileKind kind, String name, byte[] bytes) {
    return switch (kind) {
      case MASSIF -> throw new TraceException(noTrace(kind, name));
      case DHAT -> dhat(name, bytes);
      case JEPROF, GPERFTOOLS -> text(kind, name, bytes);
      case PPROF -> pprof(name, bytes);
    };
  }

  /** Why a heap profile cannot be replayed, and what can be done instead. */
  public static String noTrace(ProfileKind kind, String name) {
    String instead =
        kind.hasSizes()
            ? String.format(
                Locale.ROOT,
                "What it says of sizes can be had:%n  heapstakes trace generate --profile %s OUT.hsb%n"
                    + "  makes a program with these sizes, how often they are allocated and how many are"
                    + " live; in which order, it does not know.",
                name)
            : "It has neither sizes nor numbers of blocks, so that nothing can be made of it here; figures of"
                + " a run can be written in its form: heapstakes export RUN --format massif.";
    return String.format(
        Locale.ROOT,
        "%s is a heap profile of %s: sums, not the order of calls, so that it cannot be replayed. %s%n"
            + "  To replay the program itself: heapstakes trace record -o OUT.hst.zst -- PROGRAM",
        name,
        kind.title(),
        instead);
  }

  private static String dhat(String name, byte[] bytes) {
    SizeTable table = new SizeTable(name);
    double end = 0;
    String mode = "heap";
    List<double[]> sites = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(bytes)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.PROPERTY_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          switch (field) {
            case "te" -> end = parser.getDoubleValue();
            case "mode" -> mode = parser.getString();
            case "pps" -> sites(parser, sites);
            default -> parser.skipChildren();
          }
        }
      }
    } catch (JacksonException e) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s, line %d: it is no file of DHAT: %s. Is it cut short?",
              name,
              e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
              e.getOriginalMessage()),
          e);
    }
    if (!mode.equals("heap")) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s is of DHAT's mode '%s', which says nothing of blocks. Use --mode=heap.",
              name,
              mode));
    }
    for (double[] site : sites) {
      table.add(site[0], site[1], end > 0 ? site[2] / end : 0);
    }
    return table.csv("it names no block that was allocated. Is it the right file?");
  }

  /** Blocks, bytes and the sum of their lifetimes, of each call site. */
  private static void sites(JsonParser parser, List<double[]> sites) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != null && parser.currentToken() != JsonToken.END_ARRAY) {
      JsonNode site = parser.readValueAsTree();
      sites.add(
          new double[] {
            site.path("tbk").asDouble(0), site.path("tb").asDouble(0), site.path("tl").asDouble(0)
          });
    }
  }

  private static String text(ProfileKind kind, String name, byte[] bytes) {
    SizeTable table = new SizeTable(name);
    List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    String first = lines.isEmpty() ? "" : lines.getFirst();
    Matcher sampled = SAMPLED.matcher(first);
    double period = sampled.matches() ? Double.parseDouble(sampled.group(1)) : 0;
    if (kind == ProfileKind.GPERFTOOLS && period == 0 && !first.endsWith("heapprofile")) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "%s, line 1: '%s' is not of a kind whose sampling is known. Take HEAPPROFILE's files.",
              name,
              first));
    }
    boolean inSite = kind == ProfileKind.GPERFTOOLS;
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      if (line.startsWith("MAPPED_LIBRARIES")) {
        break;
      }
      inSite |= line.startsWith("@ ");
      Matcher counts = COUNTS.matcher(line);
      // jemalloc has a line for all threads, t*, and then one for each.
      if (inSite && counts.matches() && (counts.group(1) != null) == (kind == ProfileKind.JEPROF)) {
        double blocks = Double.parseDouble(counts.group(4));
        double all = Double.parseDouble(counts.group(5));
        double scale = period == 0 || blocks == 0 ? 1 : 1 / -Math.expm1(-all / blocks / period);
        table.add(blocks * scale, all * scale, Double.parseDouble(counts.group(2)) * scale);
      }
    }
    return table.csv(
        kind == ProfileKind.JEPROF
            ? "it says what was live and not what was allocated. Record it with"
                + " MALLOC_CONF=prof:true,prof_accum:true,lg_prof_sample:12"
            : "it names no block that was allocated. Is it the right file?");
  }

  private static String pprof(String name, byte[] bytes) {
    try {
      return new Pprof(name, bytes).csv();
    } catch (MalformedException e) {
      throw new TraceException(
          String.format(
              Locale.ROOT, "%s, %s. Is it cut short? Get it again.", name, e.getMessage()),
          e);
    }
  }

  /** A Profile message: what the numbers of a sample are, the samples, and the texts. */
  private static final class Pprof {
    private static final int SAMPLE_TYPE = 1;
    private static final int SAMPLE = 2;
    private static final int STRING_TABLE = 6;

    private final String name;
    private final byte[] bytes;
    private final List<String> texts = new ArrayList<>();
    private final List<Long> types = new ArrayList<>();

    Pprof(String name, byte[] bytes) throws MalformedException {
      this.name = name;
      this.bytes = bytes;
      for (ProtobufReader fields = new ProtobufReader(bytes); fields.next(); ) {
        if (fields.field() == STRING_TABLE) {
          texts.add(fields.text());
        } else if (fields.field() == SAMPLE_TYPE) {
          ProtobufReader type = fields.message();
          long text = 0;
          while (type.next()) {
            text = type.field() == 1 ? type.number() : text;
          }
          types.add(text);
        }
      }
    }

    String csv() throws MalformedException {
      List<String> named =
          types.stream()
              .map(text -> text >= 0 && text < texts.size() ? texts.get(text.intValue()) : "?")
              .toList();
      int blocks = named.indexOf("alloc_objects");
      int space = named.indexOf("alloc_space");
      if (blocks < 0 || space < 0) {
        throw new TraceException(
            String.format(
                Locale.ROOT,
                "%s is a profile of %s, and not of what was allocated (alloc_objects, alloc_space). Take"
                    + " the heap's: go tool pprof …/debug/pprof/allocs.",
                name,
                named));
      }
      int live = named.indexOf("inuse_objects");
      SizeTable table = new SizeTable(name);
      for (ProtobufReader fields = new ProtobufReader(bytes); fields.next(); ) {
        if (fields.field() == SAMPLE) {
          List<Long> values = values(fields.message());
          if (values.size() == types.size()) {
            table.add(values.get(blocks), values.get(space), live < 0 ? 0 : values.get(live));
          }
        }
      }
      return table.csv("it names no block that was allocated. Is it the right file?");
    }

    private static List<Long> values(ProtobufReader sample) throws MalformedException {
      List<Long> values = new ArrayList<>();
      while (sample.next()) {
        if (sample.field() == 2 && sample.isBytes()) {
          for (ProtobufReader packed = sample.message(); packed.hasPacked(); ) {
            values.add(packed.packed());
          }
        } else if (sample.field() == 2) {
          values.add(sample.number());
        }
      }
      return values;
    }
  }
}
