package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Reference;
import heapstakes.os.Machine;
import heapstakes.replay.TraceSource;
import heapstakes.results.Column;
import heapstakes.results.Status;
import heapstakes.setting.SettingException;
import heapstakes.trace.Trace;
import heapstakes.upgrade.Distribution;
import heapstakes.upgrade.Distributions;
import heapstakes.upgrade.Replays;
import heapstakes.upgrade.Side;
import heapstakes.upgrade.Sides;
import heapstakes.upgrade.Upgrade;
import heapstakes.upgrade.UpgradeStudy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heapstakes upgrade}: what another version does to a program. */
@Command(
    name = "upgrade",
    description = {
      "What another version of a library, or another distribution, does to a program's memory.",
      "Says what changes, which rule of the version makes it, and which settings bring the old",
      "figures back.",
      ""
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Figures are of the real libraries where both are here (library add), else of their models.",
      "Causes are found by models that have one rule of the other version, on simulated memory.",
      "Exit codes: 4 a replay was ended for want of memory, 3 one failed.",
      "Examples:",
      "  heapstakes upgrade -w late-first-free --from native-glibc@2.36 --to native-glibc@2.43",
      "  heapstakes upgrade -w my.hst.zst --from debian12 --to debian13 --library all",
      "  heapstakes upgrade -w my.hst.zst --from tcmalloc --to jemalloc --times timed    with times"
    })
final class UpgradeCommand implements Callable<Integer> {
  /** How it is printed. */
  enum Format {
    /** For people. */
    TEXT,
    /** The same for GitHub. */
    MARKDOWN,
    /** A row a replay. */
    CSV,
    /** All there is. */
    JSON
  }

  /** Both ends. */
  private record Pair(Side before, Side after) {
    /** Both libraries or, where one is not here, both models. */
    Stream<String> ends() {
      boolean real = before.library().isPresent() && after.library().isPresent();
      return Stream.of(before, after)
          .flatMap(side -> (real ? side.library() : side.model()).stream())
          .map(Contestant::toString);
    }
  }

  private static final String ALL = "all";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call()
  private CommandSpec spec;

  @Option(
      names = {"-w", "--workload"},
      paramLabel = "WORKLOAD",
      description = "NAME[:KEY=VALUE,...] or [FORMAT:]FILE; again for more.")
  private List<String> workloads = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "WHAT",
      description = "NAME@VERSION[:KEY=VALUE,...] of a library or model, or a distribution.")
  private String from = "";

  @Option(names = "--to", paramLabel = "WHAT", description = "The same, where it leads to.")
  private String to = "";

  @Option(
      names = "--library",
      paramLabel = "NAME",
      description =
          "Of distributions: glibc, musl, jemalloc, gperftools, mimalloc or all (default: the C"
              + " library); again for more.")
  private List<String> libraries = new ArrayList<>();

  @Option(
      names = "--repeats",
      defaultValue = "2",
      paramLabel = "N",
      description = "Runs of each real library (default ${DEFAULT-VALUE}).")
  private int repeats;

  @Option(
      names = "--budget",
      defaultValue = "30",
      paramLabel = "N",
      description =
          "Most replays in search of settings that help; 0: none (default ${DEFAULT-VALUE}).")
  private int budget;

  @Option(
      names = "--memory",
      defaultValue = "simulated",
      paramLabel = "NAME[:KEY=VALUE...]",
      description =
          "Simulated machine of the models (default ${DEFAULT-VALUE}); with settings, models only.")
  private String memory = "";

  @Option(
      names = "--times",
      paramLabel = "DIR",
      description =
          "Show times too, of the run in this directory; where it does not exist, both ends are timed now and the run is kept there.")
  private @Nullable Path times;

  @Option(
      names = "--format",
      defaultValue = "text",
      paramLabel = "text|markdown|csv|json",
      description = "What to print (default ${DEFAULT-VALUE}).")
  private Format format = Format.TEXT;

  @Option(names = "--list", description = "Which distribution carries what, and the sources.")
  private boolean list;

  private final List<String> notes = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    if (list) {
      print(DistributionTable.page());
      return ExitCode.OK;
    }
    List<Pair> pairs = pairs();
    requireWithin("--repeats", repeats, 1, 100);
    requireWithin("--budget", budget, 0, 100_000);
    Machine machine = machine();
    List<Trace> traces = workloads.stream().map(TraceSource::open).toList();
    Timed timed = times == null ? Timed.none() : timed(times, pairs);
    List<Upgrade> upgrades = new ArrayList<>();
    try (SearchBar steps = new SearchBar("upgrade", -1)) {
      for (Pair pair : pairs) {
        UpgradeStudy study = new UpgradeStudy(pair.before(), pair.after(), repeats, budget);
        for (int i = 0; i < traces.size(); i++) {
          upgrades.add(
              study.on(new Replays(workloads.get(i), traces.get(i), machine, steps::step)));
        }
      }
    }
    print(upgrades, timed);
    return exitCode(upgrades);
  }

  private Timed timed(Path directory, List<Pair> pairs) {
    if (Timed.isToBeTaken(directory)) {
      Timed.take(directory, pairs.stream().flatMap(Pair::ends).distinct().toList(), workloads);
    }
    return Timed.of(directory);
  }

  private void print(List<Upgrade> upgrades, Timed timed) {
    switch (format) {
      case TEXT, MARKDOWN -> {
        UpgradePage page = new UpgradePage(timed);
        upgrades.forEach(page::add);
        also().ifPresent(notes::add);
        notes.forEach(note -> page.page().line("note: " + note));
        print(page.page());
      }
      case CSV -> System.out.print(new UpgradeData(upgrades, timed).csv());
      case JSON -> System.out.print(new UpgradeData(upgrades, timed).json());
    }
  }

  private void print(Page page) {
    System.out.print(
        format == Format.MARKDOWN ? page.markdown() : page.text(Terminal.outputStyle()));
  }

  private static int exitCode(List<Upgrade> upgrades) {
    return upgrades.stream()
        .flatMap(upgrade -> Stream.concat(upgrade.old().stream(), upgrade.young().stream()))
        .map(cell -> ExitCode.of(Status.of(cell.text(Column.STATUS))))
        .filter(code -> code != ExitCode.OK)
        .findFirst()
        .orElse(ExitCode.OK);
  }

  private List<Pair> pairs() {
    if (workloads.isEmpty() || from.isEmpty() || to.isEmpty()) {
      throw bad("say what is upgraded: -w WORKLOAD --from WHAT --to WHAT, or --list");
    }
    requireKnown(from);
    requireKnown(to);
    Optional<Distribution> old = Distributions.find(from);
    Optional<Distribution> young = Distributions.find(to);
    if (old.isPresent() && young.isPresent()) {
      return wanted(old.get(), young.get()).stream()
          .flatMap(names -> pair(old.get(), young.get(), names).stream())
          .toList();
    }
    if (!libraries.isEmpty()) {
      throw bad("--library says which of a distribution's libraries is meant: give two of them");
    }
    return List.of(
        new Pair(
            old.map(one -> side(one, library(to))).orElseGet(() -> Sides.of(from)),
            young.map(one -> side(one, library(from))).orElseGet(() -> Sides.of(to))));
  }

  /** Of all libraries those are compared that can be; the others are noted. */
  private Optional<Pair> pair(
      Distribution old, Distribution young, Map.Entry<String, String> names) {
    try {
      Pair pair = new Pair(side(old, names.getKey()), side(young, names.getValue()));
      UpgradeStudy.requireComparable(pair.before, pair.after);
      return Optional.of(pair);
    } catch (SettingException e) {
      if (!libraries.contains(ALL)) {
        throw e;
      }
      notes.add(names.getKey() + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Names of libraries, one of each distribution, that are compared. */
  private List<Map.Entry<String, String>> wanted(Distribution old, Distribution young) {
    if (libraries.isEmpty()) {
      return List.of(Map.entry(old.standard(), young.standard()));
    }
    List<String> names = libraries.contains(ALL) ? common(old, young) : libraries;
    return names.stream().map(name -> Map.entry(name, name)).toList();
  }

  private static List<String> common(Distribution old, Distribution young) {
    return old.libraries().keySet().stream()
        .filter(library -> old.carries(library) && young.carries(library))
        .toList();
  }

  /** What else changes, where only the C library was asked for. */
  private Optional<String> also() {
    Optional<Distribution> old = Distributions.find(from);
    Optional<Distribution> young = Distributions.find(to);
    if (old.isEmpty() || young.isEmpty() || !libraries.isEmpty()) {
      return Optional.empty();
    }
    String others =
        common(old.get(), young.get()).stream()
            .filter(library -> !library.equals(old.get().standard()))
            .filter(library -> !number(old.get(), library).equals(number(young.get(), library)))
            .map(library ->
                String.format(
                    Locale.ROOT,
                    "%s %s → %s",
                    library,
                    number(old.get(), library),
                    number(young.get(), library)))
            .collect(Collectors.joining(", "));
    return Optional.of("what else they carry: " + others + " (--library NAME or all)")
        .filter(line -> !others.isEmpty());
  }

  private static String number(Distribution distribution, String library) {
    return distribution.find(library).flatMap(Distribution.Carried::version).orElse("");
  }

  private Side side(Distribution distribution, String library) {
    if (!distribution.carries(library)) {
      throw bad(
          String.format(
              Locale.ROOT,
              "%s carries no %s; it carries %s",
              distribution.id(),
              library,
              distribution.libraries().keySet().stream()
                  .filter(distribution::carries)
                  .collect(Collectors.joining(", "))));
    }
    return Sides.of(distribution, library);
  }

  private void requireKnown(String text) {
    String name = heapstakes.setting.Spec.head(text).name();
    boolean known =
        text.contains(":")
            || Distributions.find(text).isPresent()
            || Allocators.all().stream().anyMatch(p -> p.name().equals(name));
    if (!known) {
      throw bad(
          String.format(
              Locale.ROOT,
              "'%s' is neither a contestant (heapstakes list allocators) nor a distribution: %s",
              text,
              Distributions.all().stream()
                  .map(Distribution::id)
                  .collect(Collectors.joining(", "))));
    }
  }

  /** The distributions' name of the library that a contestant is, or is a model of. */
  private String library(String contestant) {
    AllocatorProvider provider = Allocators.parse(contestant).provider();
    String name = provider.reference().map(Reference::library).orElse(provider.name());
    return Distribution.CONTESTANTS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> bad("no distribution carries " + contestant));
  }

  private Machine machine() {
    Machine machine = Machine.parse(memory);
    if (!machine.provider().name().equals("simulated")) {
      throw bad("--memory " + memory + ": models are compared on simulated memory");
    }
    return machine;
  }

  private void requireWithin(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw bad(
          String.format(Locale.ROOT, "%s %d is not in %d ... %d", option, value, least, most));
    }
  }

  private ParameterException bad(String text) {
    return new ParameterException(spec.commandLine(), text);
  }
}
