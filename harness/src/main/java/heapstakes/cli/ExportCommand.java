package heapstakes.cli;

import heapstakes.results.export.Export;
import heapstakes.setting.Printable;
import heapstakes.setting.Spelling;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code heapstakes export}: a run in the formats of other tools. */
@Command(
    name = "export",
    description = {
      "Writes a run directory in the formats of other tools.",
      "  massif            memory over time, a file a cell: ms_print, massif-visualizer",
      "  hlog              HdrHistogram log of every timed cell",
      "  jmh               JMH's JSON with memory as secondary metrics: jmh.morethan.io",
      "  github-benchmark  github-action-benchmark, its custom modes",
      "  bencher           Bencher Metric Format",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  heapstakes export results/runs/20261120-120000 --format massif -o out && ms_print out/*"
    })
final class ExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "Run directory.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private Path run;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      required = true,
      converter = Words.class,
      description = "One of the above.")
  @SuppressWarnings("NullAway.Init")
  private Export format;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "Where the files go; by default RUN/export.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    format
        .write(run, out == null ? run.resolve("export") : out)
        .forEach(file -> System.out.println(Printable.line(file.toString())));
    return ExitCode.OK;
  }

  /** Formats by their words. */
  static final class Words implements ITypeConverter<Export> {
    @Override
    public Export convert(String word) {
      return Arrays.stream(Export.values())
          .filter(format -> format.word().equals(word.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  String.format(
                      Locale.ROOT,
                      "'%s' is no format; there are %s.%s",
                      word,
                      String.join(", ", words()),
                      Spelling.didYouMean(word, words()))));
    }

    private static List<String> words() {
      return Arrays.stream(Export.values()).map(Export::word).toList();
    }
  }
}
