package heapstakes.cli;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.driver.DriverException;
import heapstakes.driver.DriverListener;
import heapstakes.driver.DriverOptions;
import heapstakes.driver.DriverReport;
import heapstakes.driver.NativeProcess;
import heapstakes.foreign.AddedLibraries;
import heapstakes.foreign.LibraryArrival;
import heapstakes.foreign.store.LibraryStore;
import heapstakes.replay.TraceSource;
import heapstakes.results.table.Style;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heapstakes library}: real libraries in other versions than this machine's. */
@Command(
    name = "library",
    description = {
      "Real libraries in other versions than this machine's, out of packages that you have downloaded.",
      "Nothing is installed: they go to a folder of their own, and run as NAME@VERSION.",
      ""
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "add|list|remove")
final class LibraryCommand implements Runnable {
  private static final String SOME_OPERATIONS = "random:seed=1,operations=1000";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before run()
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say which: library add FILE..., library list or library remove NAME");
  }

  @Command(
      name = "add",
      description = {
        "Adds the allocators that are in packages.",
        "They take along what they need of what is named together with them. A C library is one, and",
        "starts those that need it.",
        "Exit code 1 if one of them cannot be started here.",
        ""
      },
      mixinStandardHelpOptions = true)
  int add(
      @Parameters(
              arity = "1..*",
              paramLabel = "FILE",
              description = "A .deb, .rpm or .apk, a folder with such or unpacked, or lib....so.")
          List<Path> files,
      @Option(
              names = "--as",
              paramLabel = "NAME@VERSION",
              description = "What to call it (default: as the library or its package states it).")
          @Nullable String as)
      throws InterruptedException {
    List<LibraryArrival.Kept> kept =
        new LibraryArrival(LibraryStore.ofUser()).add(files, Optional.ofNullable(as));
    boolean allStart = true;
    Style style = Terminal.outputStyle();
    for (LibraryArrival.Kept one : kept) {
      String name = one.library().toString();
      Optional<String> obstacle = obstacle(Allocators.parse(name));
      allStart &= obstacle.isEmpty();
      System.out.println(
          String.format(
              Locale.ROOT,
              "%s %s%s",
              one.isNew() ? "added" : "was there:",
              style.bold(name),
              obstacle
                  .map(why -> ", which cannot run yet: " + why.replace("\n", "\n  "))
                  .orElse("   run it: heapstakes replay -a " + name + " -t jq")));
    }
    return allStart ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  /** Why it cannot be run, found out by running it. */
  private static Optional<String> obstacle(Contestant contestant) throws InterruptedException {
    Optional<String> known = contestant.provider().unavailable();
    if (known.isPresent()) {
      return known;
    }
    try {
      return NativeProcess.of(contestant)
          .run(TraceSource.open(SOME_OPERATIONS), DriverOptions.CHECK, DriverListener.NONE)
          .failure()
          .map(DriverReport.Failure::reason);
    } catch (DriverException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Command(
      name = "list",
      description = "What was added, where it came from, and what starts it.",
      mixinStandardHelpOptions = true)
  int list() {
    List<Contestant> all = AddedLibraries.all();
    Style style = Terminal.outputStyle();
    StringBuilder out = new StringBuilder();
    if (all.isEmpty()) {
      out.append(
          String.format(
              Locale.ROOT,
              "none was added to %s\n  heapstakes library add FILE.deb|.rpm|.apk|FOLDER|lib.so\n",
              LibraryStore.ofUser().folder()));
    }
    for (Contestant contestant : all) {
      out.append(
          String.format(
              Locale.ROOT,
              "%s %s\n",
              style.bold(String.format(Locale.ROOT, "%-26s", contestant)),
              contestant.provider().lineage().summary()));
      out.append("    ").append(start(contestant).replace("\n", "\n    ")).append('\n');
      AddedLibraries.file(contestant.provider())
          .ifPresent(file ->
              out.append(style.dim("    sha256 " + file.sha256() + "  " + file.origin()))
                  .append('\n'));
    }
    System.out.print(style.fit(out.toString()));
    return ExitCode.OK;
  }

  private static String start(Contestant contestant) {
    return contestant
        .provider()
        .unavailable()
        .map(why -> "cannot run here: " + why)
        .orElseGet(() ->
            contestant
                .provider()
                .library()
                .flatMap(library -> library.loader())
                .map(loader -> "started by " + loader.program())
                .orElse("started by this machine's loader; can be timed as well"));
  }

  @Command(
      name = "remove",
      description = "Removes what was added.",
      mixinStandardHelpOptions = true)
  int remove(
      @Parameters(
              arity = "1..*",
              paramLabel = "NAME@VERSION",
              description = "As 'library list' has it.")
          List<String> names) {
    LibraryStore store = LibraryStore.ofUser();
    for (String name : names) {
      store.remove(name);
      System.out.println("removed " + name);
    }
    return ExitCode.OK;
  }
}
