package heapstakes.workload;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The catalogue of workloads: whatever {@code META-INF/services} lists. */
public final class Workloads {
  private static final List<WorkloadProvider> ALL =
      ServiceLoader.load(WorkloadProvider.class).stream()
          .map(ServiceLoader.Provider::get)
          .flatMap(provider -> provider.providers().stream())
          .sorted(
              Comparator.comparing(WorkloadProvider::group).thenComparing(WorkloadProvider::name))
          .toList();

  private Workloads() {}

  /** Every provider, by group and name. */
  public static List<WorkloadProvider> all() {
    return ALL;
  }
}
