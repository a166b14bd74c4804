package heapstakes.tune;

import heapstakes.allocator.Contestant;
import heapstakes.setting.Settings;
import heapstakes.setting.Spec;
import java.util.ArrayList;
import java.util.List;

/** Single steps through an allocator's settings. */
final class SettingChanges {
  private SettingChanges() {}

  /** Every single change to {@code from} that is worth trying, in the order of the settings. */
  static List<Spec> of(Contestant stock, Spec from) {
    List<Spec> changes = new ArrayList<>();
    stock
        .provider()
        .worthTrying()
        .forEach((key, values) -> {
          values.forEach(value -> changes.add(from.with(key, value)));
          if (from.settings().containsKey(key)) {
            changes.add(from.without(key));
          }
        });
    return changes;
  }

  /** {@code stock} with other settings. */
  static Contestant made(Contestant stock, Spec settings) {
    return new Contestant(
        stock.provider(),
        stock.version(),
        Settings.of(stock.allocator(), stock.provider().settings(), settings.settings()));
  }
}
