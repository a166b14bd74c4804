package heapstakes.sweep;

import heapstakes.pool.PoolLimits;
import java.util.Map;

/**
 * Where and with what a sweep is carried out.
 *
 * @param limits what cells may take that run at the same time: on this machine, or on each that
 *     takes part
 * @param master where the engine is to be found; empty where there is nothing to find
 * @param settings the engine's own, by their keys
 */
public record EngineOptions(PoolLimits limits, String master, Map<String, String> settings) {
  /** Settings are copied. */
  public EngineOptions {
    settings = Map.copyOf(settings);
  }

  /** On this machine. */
  public static EngineOptions here(PoolLimits limits) {
    return new EngineOptions(limits, "", Map.of());
  }
}
