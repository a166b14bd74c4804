package heapstakes.cli;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.bench.Suggestion;
import heapstakes.foreign.AddedLibraries;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Machine;
import heapstakes.results.table.Style;
import heapstakes.setting.Setting;
import heapstakes.setting.Spelling;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.Workloads;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code heapstakes list}: what there is, and what cannot run here. */
@Command(
    name = "list",
    description = "What there is: allocators, workloads, settings; what cannot run here and why.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  /** What can be listed. */
  enum Topic {
    /** Everything. */
    ALL,
    /** Contestants. */
    ALLOCATORS,
    /** Workloads and their parameters. */
    WORKLOADS,
    /** Settings of allocators and of memory. */
    SETTINGS
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "all",
      paramLabel = "TOPIC",
      completionCandidates = Topics.class,
      description = "allocators, workloads or settings; all of them by default.")
  private String word = "all";

  @Option(
      names = "--format",
      paramLabel = "text|json",
      description = "What to print (default text).")
  private TextOrJson format = TextOrJson.TEXT;

  private Style style = Style.PLAIN; // asked of the terminal when there is something to print
  private final StringBuilder out = new StringBuilder();

  @Override
  public Integer call() {
    Topic topic = topic();
    switch (format) {
      case TEXT -> print(topic);
      case JSON -> System.out.print(Json.text(Catalogue.of(topic)));
    }
    return ExitCode.OK;
  }

  private void print(Topic topic) {
    style = Terminal.outputStyle();
    if (topic == Topic.ALL || topic == Topic.ALLOCATORS) {
      listAllocators();
    }
    if (topic == Topic.ALL || topic == Topic.WORKLOADS) {
      listWorkloads();
    }
    if (topic == Topic.ALL || topic == Topic.SETTINGS) {
      listSettings();
    }
    System.out.print(style.fit(out.toString()));
  }

  private Topic topic() {
    List<String> words = words();
    int at = words.indexOf(word.toLowerCase(Locale.ROOT));
    if (at < 0) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "there is no list of '%s'.%s\n  Known: %s.",
              word,
              Spelling.didYouMean(word, words),
              String.join(", ", words)));
    }
    return Topic.values()[at];
  }

  private static List<String> words() {
    return Arrays.stream(Topic.values()).map(t -> t.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** The same, for completion. */
  static final class Topics implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return words().iterator();
    }
  }

  private void listAllocators() {
    heading("Allocators", "run -a NAME[@VERSION][:KEY=VALUE,...]");
    for (AllocatorProvider provider : Allocators.all()) {
      Lineage lineage = provider.lineage();
      entry(provider.name(), lineage.version(), provider.badge().word() + ": " + lineage.summary());
      versions(provider);
      provider.unavailable().ifPresent(why -> remark("cannot run here: " + why));
    }
    abilities();
    for (Contestant added : AddedLibraries.all()) {
      Lineage lineage = added.provider().lineage();
      entry(added.toString(), lineage.version(), lineage.summary());
      added.provider().unavailable().ifPresent(why -> remark("cannot run here: " + why));
    }
  }

  /** What each can do, an ability a line. */
  private void abilities() {
    out.append(style.dim("  what they can do")).append('\n');
    for (Capability capability : Capability.values()) {
      remark(
          Allocators.all().stream()
              .filter(provider -> provider.capabilities().contains(capability))
              .map(AllocatorProvider::name)
              .collect(Collectors.joining(", ", capability.ability() + ": ", "")));
    }
  }

  private void versions(AllocatorProvider provider) {
    if (provider.versions().size() > 1) {
      provider.versions().stream()
          .collect(
              Collectors.groupingBy(
                  version -> provider.at(version).badge(),
                  () -> new EnumMap<>(Badge.class),
                  Collectors.joining(" @", "@", "")))
          .forEach((badge, versions) -> remark(badge.word() + ": " + versions));
    }
  }

  private void listWorkloads() {
    heading("Workloads", "run -w NAME[:KEY=VALUE,...] or -w [FORMAT:]FILE");
    for (WorkloadProvider.Group group : WorkloadProvider.Group.values()) {
      List<WorkloadProvider> members =
          Workloads.all().stream().filter(w -> w.group() == group).toList();
      if (!members.isEmpty()) {
        out.append(style.dim("  " + group.name().toLowerCase(Locale.ROOT))).append('\n');
        members.forEach(this::listWorkload);
      }
    }
  }

  private void listWorkload(WorkloadProvider workload) {
    entry(workload.name(), "", workload.question());
    remark(workload.summary());
    Suggestion suggestion = Suggestion.of(workload.name());
    suggested("runs, unless told otherwise, with ", suggestion.contestants());
    suggested("in memory ", suggestion.memory());
    for (Setting parameter : workload.parameters()) {
      // Texts of workloads are names of files.
      String range = parameter.type() == Setting.Type.TEXT ? "a file" : parameter.range();
      remark(
          String.format(
              Locale.ROOT,
              "%s=%s   %s (%s)",
              parameter.key(),
              parameter.defaultValue(),
              parameter.description(),
              range));
    }
  }

  private void suggested(String how, List<String> what) {
    if (!what.isEmpty()) {
      remark(how + String.join(" · ", what));
    }
  }

  private void listSettings() {
    heading("Settings of allocators", "-a NAME:KEY=VALUE,...   sizes with K, M, G");
    for (AllocatorProvider provider : Allocators.all()) {
      settings(provider.name(), provider.settings());
    }
    heading("Settings of memory", "--memory NAME:KEY=VALUE,...");
    for (AddressSpaceProvider provider : Machine.all()) {
      settings(provider.name(), provider.settings());
    }
  }

  private void settings(String owner, List<Setting> settings) {
    out.append("  ").append(style.bold(owner)).append('\n');
    if (settings.isEmpty()) {
      remark("takes none");
    }
    for (Setting setting : settings) {
      remark(
          String.format(
              Locale.ROOT,
              "%-30s %s (%s)",
              setting.key() + "=" + setting.defaultValue(),
              setting.description(),
              setting.range()));
    }
  }

  private void heading(String title, String usage) {
    out.append(out.isEmpty() ? "" : "\n").append(style.bold(title));
    out.append("   ").append(style.dim(usage)).append('\n');
  }

  private void entry(String name, String version, String text) {
    out.append("  ").append(style.bold(String.format(Locale.ROOT, "%-24s", name)));
    out.append(version.isEmpty() ? "" : String.format(Locale.ROOT, " %-22s", version));
    out.append(' ').append(text).append('\n');
  }

  private void remark(String text) {
    out.append("      ").append(text.replace("\n", "\n      ")).append('\n');
  }
}
