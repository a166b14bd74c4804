package heapstakes.upgrade;

import heapstakes.allocator.Contestant;
import heapstakes.allocator.VersionRule;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is otherwise at the two ends of an upgrade and can be changed alone: a rule of the version,
 * or a setting.
 *
 * @param rule which
 * @param isSetting whether its key is that of a setting
 */
public record Difference(VersionRule rule, boolean isSetting) {

  /** Those between two models; none where they are of different libraries. */
  static List<Difference> between(Contestant before, Contestant after) {
    List<Difference> all = new ArrayList<>();
    if (!before.provider().name().equals(after.provider().name())) {
      return all;
    }
    before.provider().rules(after.provider()).forEach(rule -> all.add(new Difference(rule, false)));
    Set<String> keys = new LinkedHashSet<>(before.settings().given().sequencedKeySet());
    keys.addAll(after.settings().given().sequencedKeySet());
    for (String key : keys) {
      Optional<String> had = value(before, key);
      Optional<String> has = value(after, key);
      if (had.isPresent() && has.isPresent() && !had.equals(has)) {
        all.add(
            new Difference(new VersionRule(key, "setting " + key, had.get(), has.get(), ""), true));
      }
    }
    return all;
  }

  private static Optional<String> value(Contestant contestant, String key) {
    return contestant.provider().settings().stream()
        .filter(setting -> setting.key().equals(key))
        .map(Setting::key)
        .map(contestant.settings()::text)
        .findFirst();
  }

  /** {@code base}, but with some differences as {@code donor} has them. */
  static Contestant mix(Contestant base, Contestant donor, Collection<Difference> differences) {
    Set<String> rules =
        differences.stream()
            .filter(difference -> !difference.isSetting)
            .map(difference -> difference.rule.key())
            .collect(Collectors.toSet());
    var provider =
        rules.isEmpty() ? base.provider() : base.provider().with(donor.provider(), rules);
    SequencedMap<String, String> given = new LinkedHashMap<>(base.settings().given());
    differences.stream()
        .filter(Difference::isSetting)
        .map(difference -> difference.rule.key())
        .forEach(key -> given.put(key, donor.settings().text(key)));
    given
        .keySet()
        .retainAll(provider.settings().stream().map(Setting::key).collect(Collectors.toSet()));
    return new Contestant(
        provider, base.version(), Settings.of(base.allocator(), provider.settings(), given));
  }
}
