package heapstakes.cli;

import static heapstakes.cli.Outcome.heapstakes;
import static org.assertj.core.api.Assertions.assertThat;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class CatalogueTest {
  private static JsonNode json(String... words) {
    Outcome outcome = heapstakes(words);
    assertThat(outcome.errors()).isEmpty();
    return new ObjectMapper().readTree(outcome.output());
  }

  private static JsonNode named(JsonNode list, String name) {
    return only(list, "name", name);
  }

  private static JsonNode only(JsonNode list, String key, String value) {
    return list.valueStream()
        .filter(one -> one.path(key).asString().equals(value))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theListOfAllocatorsIsThereForPrograms() {
    JsonNode root = json("list", "allocators", "--format", "json");

    assertThat(root.propertyNames()).containsExactly("allocators");
    assertThat(root.path("allocators").valueStream().map(one -> one.path("name").asString()))
        .containsAll(Allocators.all().stream().map(AllocatorProvider::name).toList());
    JsonNode ptmalloc2 = named(root.path("allocators"), "ptmalloc2");
    assertThat(ptmalloc2.path("badge").asString()).isEqualTo("twin");
    assertThat(ptmalloc2.path("version").asString()).isEqualTo("glibc 2.36");
    assertThat(only(ptmalloc2.path("settings"), "key", "tcache_count").path("type").asString())
        .isEqualTo("integer");
  }

  @Test
  void withoutATopicEverythingIsListed() {
    JsonNode root = json("list", "--format", "JSON");

    assertThat(root.propertyNames()).containsExactly("allocators", "workloads", "memory");
    assertThat(named(root.path("workloads"), "sqlite3").path("group").asString())
        .isEqualTo("recorded");
    assertThat(named(root.path("memory"), "simulated").path("settings")).isNotEmpty();
  }

  @Test
  void whatTheDoctorFindsIsThereForPrograms() {
    JsonNode root = json("doctor", "--format", "json");

    assertThat(root.path("heapstakes_version").asString()).startsWith("0.");
    List<String> levels =
        root.path("findings").valueStream().map(one -> one.path("level").asString()).toList();
    assertThat(levels).isNotEmpty().isSubsetOf("ok", "warn", "fail");
  }

  @Test
  void theDoctorLooksForEachRealLibraryOfTheList() {
    List<String> found =
        json("doctor", "--format", "json")
            .path("findings")
            .valueStream()
            .filter(one -> one.path("subject").asString().equals("library"))
            .map(one -> one.path("state").asString().split(" ")[0])
            .toList();
    List<String> listed =
        json("list", "allocators", "--format", "json")
            .path("allocators")
            .valueStream()
            .map(one -> one.path("name").asString())
            .filter(name -> name.startsWith("native-"))
            .toList();

    assertThat(listed).contains("native-glibc", "native-musl");
    assertThat(found).containsAll(listed);
  }
}
