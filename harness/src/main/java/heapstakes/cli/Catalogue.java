package heapstakes.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import heapstakes.bench.Suggestion;
import heapstakes.foreign.AddedLibraries;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.Machine;
import heapstakes.setting.Setting;
import heapstakes.workload.WorkloadProvider;
import heapstakes.workload.Workloads;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code list --format json} prints; lists that were not asked for are left out.
 *
 * @param allocators contestants
 * @param workloads workloads and their parameters
 * @param memory kinds of memory and their settings
 */
@JsonInclude(Include.NON_NULL)
record Catalogue(
    @Nullable List<Allocator> allocators,
    @Nullable List<Workload> workloads,
    @Nullable List<Memory> memory) {

  static Catalogue of(ListCommand.Topic topic) {
    boolean all = topic == ListCommand.Topic.ALL;
    boolean settings = topic == ListCommand.Topic.SETTINGS;
    return new Catalogue(
        all || settings || topic == ListCommand.Topic.ALLOCATORS ? everyAllocator() : null,
        all || topic == ListCommand.Topic.WORKLOADS
            ? Workloads.all().stream().map(Workload::of).toList()
            : null,
        all || settings ? Machine.all().stream().map(Memory::of).toList() : null);
  }

  private static List<Allocator> everyAllocator() {
    return Stream.concat(
            Allocators.all().stream().map(provider -> Allocator.of(provider.name(), provider)),
            AddedLibraries.all().stream()
                .map(added -> Allocator.of(added.toString(), added.provider())))
        .toList();
  }

  /**
   * A contestant.
   *
   * @param name as {@code run -a} takes it
   * @param unavailable why it cannot run here; left out where it can
   */
  @JsonInclude(Include.NON_NULL)
  record Allocator(
      String name,
      String badge,
      String version,
      String summary,
      @Nullable String unavailable,
      List<Version> versions,
      List<String> capabilities,
      List<Parameter> settings) {
    static Allocator of(String name, AllocatorProvider provider) {
      return new Allocator(
          name,
          provider.badge().word(),
          provider.lineage().version(),
          provider.lineage().summary(),
          provider.unavailable().orElse(null),
          provider.versions().stream()
              .map(version -> new Version(version, provider.at(version).badge().word()))
              .toList(),
          Arrays.stream(Capability.values())
              .filter(provider.capabilities()::contains)
              .map(Catalogue::word)
              .toList(),
          Parameter.of(provider.settings()));
    }
  }

  /** What may follow {@code NAME@}, and how far that is known to be the library. */
  record Version(String version, String badge) {}

  /** A workload, and what it runs on unless told otherwise: empty lists are the usual ones. */
  record Workload(
      String name,
      String group,
      String question,
      String summary,
      List<Parameter> parameters,
      List<String> suggestedAllocators,
      List<String> suggestedMemory) {
    static Workload of(WorkloadProvider workload) {
      Suggestion suggestion = Suggestion.of(workload.name());
      return new Workload(
          workload.name(),
          word(workload.group()),
          workload.question(),
          workload.summary(),
          Parameter.of(workload.parameters()),
          suggestion.contestants(),
          suggestion.memory());
    }
  }

  /** A kind of memory. */
  @JsonInclude(Include.NON_NULL)
  record Memory(String name, @Nullable String unavailable, List<Parameter> settings) {
    static Memory of(AddressSpaceProvider provider) {
      return new Memory(
          provider.name(), provider.unavailable().orElse(null), Parameter.of(provider.settings()));
    }
  }

  /** A setting or a parameter; {@code range} as it is told to people. */
  record Parameter(String key, String type, String defaultValue, String range, String description) {
    static List<Parameter> of(List<Setting> settings) {
      return settings.stream()
          .map(setting ->
              new Parameter(
                  setting.key(),
                  word(setting.type()),
                  setting.defaultValue(),
                  setting.range(),
                  setting.description()))
          .toList();
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
