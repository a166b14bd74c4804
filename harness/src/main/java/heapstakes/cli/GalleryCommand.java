package heapstakes.cli;

import heapstakes.results.page.Gallery;
import heapstakes.results.page.GalleryTopic;
import heapstakes.setting.Printable;
import heapstakes.setting.Spec;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.Workloads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heapstakes gallery}: runs as a static site. */
@Command(
    name = "gallery",
    description = {
      "Makes a static site of runs: an index, and a page for each question and recorded program.",
      "Versions of a library stand side by side. It needs no network and no script. Figures of",
      "different builds or machines are in tables of their own; of a cell that several runs of one",
      "build and machine have, the last given run's figures are shown.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  heapstakes gallery results/gallery/* -o site",
      "  heapstakes sweep -a 'ptmalloc2@{2.36,2.41,2.43}' -w jq late-first-free --out versions",
      "  heapstakes gallery versions -o site",
      "  heapstakes gallery --history history.jsonl -o site"
    })
final class GalleryCommand implements Callable<Integer> {
  @Parameters(arity = "0..*", paramLabel = "RUN", description = "Run directories.")
  private List<Path> runs = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "Where the site goes; pages of the same names are replaced.")
  private Path out = Path.of("");

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Also draw this history, which report --history makes.")
  private @Nullable Path history;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description =
          "Also copy what the pages show of the runs into directories in DIR, curves with few"
              + " points: small enough to be kept with sources.")
  private @Nullable Path keep;

  @Override
  public Integer call() {
    if (runs.isEmpty() && history == null) {
      throw new UsageException(
          "there is nothing to show: give run directories, or --history FILE.");
    }
    if (keep != null) {
      Gallery.keep(runs, keep);
    }
    List<Path> written =
        Gallery.write(runs, Optional.ofNullable(history), out, GalleryCommand::topic);
    System.out.printf(
        Locale.ROOT,
        "%s and %d pages%n",
        Printable.line(written.getFirst().toString()),
        written.size() - 1);
    return ExitCode.OK;
  }

  /** What is known of a workload by its name, whatever its parameters. */
  private static GalleryTopic topic(String workload) {
    String name = Spec.head(workload).name();
    return Workloads.all().stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .map(provider -> new GalleryTopic(kind(provider), provider.question(), provider.summary()))
        .orElse(GalleryTopic.UNKNOWN);
  }

  private static GalleryTopic.Kind kind(WorkloadProvider provider) {
    return switch (provider.group()) {
      case QUESTION -> GalleryTopic.Kind.QUESTION;
      case RECORDED -> GalleryTopic.Kind.RECORDED;
      case SYNTHETIC -> GalleryTopic.Kind.SYNTHETIC;
    };
  }
}
