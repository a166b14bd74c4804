package heapstakes.workload.recorded;

import heapstakes.setting.Settings;
import heapstakes.trace.Trace;
import heapstakes.workload.WorkloadProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs that were recorded, one for each line of {@code recordings.tsv}. */
public final class RecordedProvider implements WorkloadProvider {
  private static final String TABLE = "recordings.tsv";

  @Override
  public List<WorkloadProvider> providers() {
    try (InputStream in = RecordedProvider.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException(TABLE + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .<WorkloadProvider>map(words -> new Recording(words[0], words[1], words[2], words[3]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "recorded";
  }

  @Override
  public Group group() {
    return Group.RECORDED;
  }

  @Override
  public String question() {
    return "What do real programs ask for?";
  }

  @Override
  public String summary() {
    return "programs that were recorded";
  }

  @Override
  public Trace trace(Settings arguments) {
    throw new IllegalStateException("it stands for others: ask providers()");
  }
}
