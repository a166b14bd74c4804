package heapstakes.allocator.kit;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every model in every version, with settings that its provider thinks worth trying; those models
 * alone whose name the property {@code stress.models}, a pattern, matches.
 */
public final class FuzzCatalogue {
  private static final Pattern NAMES = Pattern.compile(System.getProperty("stress.models", ".*"));
  private static final int SET_ONE_IN = 3;

  private FuzzCatalogue() {}

  /** The models. */
  public static List<AllocatorProvider> models() {
    return Allocators.all().stream()
        .filter(provider -> provider.capabilities().contains(Capability.ANY_MEMORY))
        .filter(provider -> NAMES.matcher(provider.name()).matches())
        .toList();
  }

  /** Every version without settings, and with one setting each. */
  public static List<String> contestants() {
    return models().stream().flatMap(FuzzCatalogue::contestants).toList();
  }

  private static Stream<String> contestants(AllocatorProvider model) {
    return versions(model).stream()
        .flatMap(version -> {
          List<String> texts = new ArrayList<>(List.of(version));
          worthTrying(version)
              .forEach((key, values) ->
                  values.forEach(value -> texts.add(version + ":" + key + "=" + value)));
          return texts.stream();
        });
  }

  private static SequencedMap<String, List<String>> worthTrying(String version) {
    return Allocators.parse(version).provider().worthTrying();
  }

  /** {@code NAME@VERSION} of each version; the name where there are none. */
  public static List<String> versions(AllocatorProvider model) {
    return model.versions().isEmpty()
        ? List.of(model.name())
        : model.versions().stream().map(version -> model.name() + "@" + version).toList();
  }

  /** Any model, version and settings, all models alike often. */
  public static String any(Random random) {
    String version = oneOf(versions(oneOf(models(), random)), random);
    List<String> settings = new ArrayList<>();
    worthTrying(version)
        .forEach((key, values) -> {
          if (random.nextInt(SET_ONE_IN) == 0) {
            settings.add(key + "=" + oneOf(values, random));
          }
        });
    return settings.isEmpty() ? version : version + ":" + String.join(",", settings);
  }

  private static <T> T oneOf(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }
}
