package heapstakes.meter;

import heapstakes.os.AddressSpace;
import heapstakes.os.AddressSpaceProvider;
import heapstakes.os.CallKind;
import heapstakes.os.ForwardingAddressSpace;
import heapstakes.os.KindCounts;
import heapstakes.os.ReturnKind;
import heapstakes.os.VmStatistics;
import heapstakes.os.simulated.SimulatedLinuxProvider;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Locale;

/** A kernel with calls of its own: the break moves by {@code commit} and {@code decommit}. */
final class AnotherKernel implements AddressSpaceProvider {
  /** Every byte by which a break went up, over all processes. */
  long committed;

  /** How often a break went up. */
  long commits;

  private enum Call implements CallKind {
    COMMIT,
    DECOMMIT;

    @Override
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private enum Way implements ReturnKind {
    DECOMMIT,
    FREE_REUSABLE;

    @Override
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean isPromise() {
      return this == FREE_REUSABLE;
    }
  }

  @Override
  public String name() {
    return "another";
  }

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public AddressSpace open(Settings settings) {
    return new Process(SimulatedLinuxProvider.open(""));
  }

  private final class Process extends ForwardingAddressSpace {
    private final KindCounts<Call> calls = new KindCounts<>(Call.class);
    private final KindCounts<Way> returned = new KindCounts<>(Way.class);

    Process(AddressSpace pages) {
      super(pages);
    }

    @Override
    public long sbrk(long increment) {
      if (increment > 0) {
        calls.add(Call.COMMIT, 1);
        commits++;
        committed += increment;
      } else if (increment < 0) {
        calls.add(Call.DECOMMIT, 1);
        returned.add(Way.DECOMMIT, -increment);
      }
      return super.sbrk(increment);
    }

    @Override
    public VmStatistics statistics() {
      VmStatistics pages = super.statistics();
      return (VmStatistics)
          Proxy.newProxyInstance(
              VmStatistics.class.getClassLoader(),
              new Class<?>[] {VmStatistics.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "calls" ->
                        arguments == null
                            ? calls.toMap()
                            : calls.toMap().getOrDefault((CallKind) arguments[0], 0L);
                    case "returnedBytes" -> returned.toMap();
                    default -> method.invoke(pages, arguments);
                  });
    }
  }
}
