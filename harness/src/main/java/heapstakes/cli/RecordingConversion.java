package heapstakes.cli;

import static heapstakes.cli.TraceDescription.grouped;

import heapstakes.record.OwnPools;
import heapstakes.record.RecordedImage;
import heapstakes.record.Recorder;
import heapstakes.results.table.Units;
import heapstakes.trace.TraceException;
import heapstakes.trace.TraceInfo;
import heapstakes.trace.file.ImportReport;
import heapstakes.trace.file.Traces;
import heapstakes.workload.imported.RecordedSample;
import heapstakes.workload.sampled.SampledRecording;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes traces of what was recorded, and says what they are. */
final class RecordingConversion {
  private static final int MOST_DESCRIBED = 8;
  private static final int LONGEST_COMMAND = 60;
  private static final int SHARE_OF_OWN = 4;

  private final Recorder recorder;
  private final String program;
  private final Path target;
  private final Follow follow;
  private final Consumer<String> lines;
  private final List<Converted> made = new ArrayList<>();

  private record Converted(RecordedImage image, Path trace, ImportReport report) {
    long operations() {
      return report.trace().info().operations();
    }
  }

  /**
   * @param recorder of a command that has ended
   * @param program what was started
   * @param target the name that was asked for
   * @param lines takes what is said
   */
  RecordingConversion(
      Recorder recorder, String program, Path target, Follow follow, Consumer<String> lines) {
    this.recorder = recorder;
    this.program = program;
    this.target = target;
    this.follow = follow;
    this.lines = lines;
  }

  /**
   * Makes the traces.
   *
   * @throws UsageException when nothing was recorded of the command
   */
  void run() {
    List<RecordedImage> images = recorder.images();
    if (images.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s called no malloc that can be recorded. Does it bring its own ('nm -D' tells),"
                  + " clear its environment, or gain rights ('getcap' tells)? Record what it"
                  + " starts, or another build.",
              program));
    }
    List<Long> unrecorded =
        recorder.beforeUnrecorded().stream().map(RecordedImage::process).distinct().toList();
    boolean isUnrecorded = unrecorded.contains(recorder.process());
    RecordingNames names = new RecordingNames(target, recorder.process(), images);
    if (SampledRecording.isNamedSo(target.toString())) {
      convertSample(mainOf(images));
    } else if (follow == Follow.MAIN && !isUnrecorded) {
      convertMain(images, names);
    } else {
      images.forEach(image -> convert(image, names.of(image)));
    }
    describe();
    if (isUnrecorded) {
      throw wentOn();
    }
    if (!unrecorded.isEmpty()) {
      say("processes that went on to a program that was not recorded: %d", unrecorded.size());
    }
  }

  private void convertMain(List<RecordedImage> images, RecordingNames names) {
    RecordedImage main = mainOf(images);
    convert(main, names.ofOnly(main));
    if (images.size() > 1) {
      long all = images.stream().mapToLong(RecordedImage::calls).sum();
      say(
          "of %d programs that it ran this is %s (process %d), with %s of %s calls; --follow all"
              + " keeps a trace of each",
          images.size(), name(main), main.process(), grouped(main.calls()), grouped(all));
    }
  }

  private void convertSample(RecordedImage main) {
    RecordedSample.Result result = RecordedSample.read(main.file(), name(main));
    result.recording().write(target);
    say("%s   %s", target, TraceSampleCommand.describe(result.recording()));
    if (result.unsampled() > 0) {
      say(
          "  %s blocks were to be sampled and found no room among those alive: sample less often",
          grouped(result.unsampled()));
    }
    say("next   heapstakes trace generate --like %s OUT.hsb", target);
  }

  /**
   * The program that called most; but what the command itself came to where that called about as
   * often, for scripts that look for a program and go on to it call a lot.
   */
  private RecordedImage mainOf(List<RecordedImage> images) {
    RecordedImage most = Collections.max(images, Comparator.comparingLong(RecordedImage::calls));
    return images.stream()
        .filter(image -> image.process() == recorder.process())
        .reduce((earlier, later) -> later)
        .filter(own -> own.calls() >= most.calls() / SHARE_OF_OWN)
        .orElse(most);
  }

  private UsageException wentOn() {
    return new UsageException(
        String.format(
            Locale.ROOT,
            """
            %s went on to a program that was not recorded, so that %s is not written: nothing can be preloaded \
            into that program (linked statically, with rights of its own), its environment was cleared, or the user \
            that it runs as cannot read the recorder.
              Record that program itself, as that user: trace record -- PROGRAM ARGUMENTS\
            """,
            program,
            target));
  }

  private void convert(RecordedImage image, Path trace) {
    try {
      made.add(converted(image, trace));
    } catch (TraceException | UncheckedIOException e) {
      recorder.keep();
      say(
          "process %d left no trace: %s\n"
              + "  What was recorded is kept: heapstakes trace import recorder:%s OUT.hsb",
          image.process(), String.valueOf(e.getMessage()), image.file());
    }
  }

  /** A text is made from a binary form, which is deleted with what was recorded. */
  private static Converted converted(RecordedImage image, Path trace) {
    String raw = "recorder:" + image.file();
    if (trace.toString().endsWith(".hsb")) {
      return new Converted(image, trace, Traces.importTo(raw, trace));
    }
    Path binary = image.file().resolveSibling(image.file().getFileName() + ".hsb");
    ImportReport report = Traces.importTo(raw, binary);
    Traces.importTo(binary.toString(), trace);
    return new Converted(image, trace, report);
  }

  private void describe() {
    made.stream()
        .sorted(Comparator.comparingLong(Converted::operations).reversed())
        .limit(MOST_DESCRIBED)
        .forEach(this::describe);
    if (made.size() > 1) {
      long operations = made.stream().mapToLong(Converted::operations).sum();
      say("%d traces · %s operations", made.size(), grouped(operations));
    }
    Optional<Converted> most = made.stream().max(Comparator.comparingLong(Converted::operations));
    most.flatMap(one -> OwnPools.hint(one.image())).ifPresent(hint -> say("%s", hint));
    most.ifPresent(one ->
        say(
            "next   heapstakes trace info %s%s",
            target.resolveSibling(one.trace().getFileName()),
            made.size() > 1 ? "   # " + name(one.image()) : ""));
  }

  private void describe(Converted one) {
    TraceInfo info = one.report().trace().info();
    say(
        "%s   %s operations · %d %s · peak requested %s · process %d%s",
        one.trace().getFileName(),
        grouped(info.operations()),
        info.threads(),
        info.threads() == 1 ? "thread" : "threads",
        Units.bytes(info.peakRequestedBytes()),
        one.image().process(),
        one.image().command().isEmpty() ? "" : ": " + command(one.image()));
    one.report()
        .notes()
        .forEach((what, count) -> {
          if (count > 0) {
            say("  %s %s", grouped(count), what);
          }
        });
    TraceCautions.of(info).forEach(caution -> say("  %s", caution));
  }

  private static String name(RecordedImage image) {
    return image.program().isEmpty() ? "a program without a name" : image.program();
  }

  private static String command(RecordedImage image) {
    String words = String.join(" ", image.command());
    return words.length() > LONGEST_COMMAND ? words.substring(0, LONGEST_COMMAND - 1) + "…" : words;
  }

  private void say(String format, Object... values) {
    lines.accept(String.format(Locale.ROOT, format, values));
  }
}
