package heapstakes.sweep;

import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * Carries out the cells of a sweep somewhere. Others than {@link LocalEngine} come as modules of
 * their own with a line in {@code META-INF/services/heapstakes.sweep.SweepEngine}. What is timed is
 * no engine's business.
 */
public interface SweepEngine {
  /** How the command line calls it. */
  String name();

  /**
   * Looks at the cells before anything is begun or written.
   *
   * @throws EngineException when there are some that cannot be carried out there
   */
  default void requireAble(List<SweepTask> tasks) {}

  /**
   * Begins {@code tasks}, of which some may run elsewhere, or twice.
   *
   * @throws EngineException when it cannot: there is no such place
   */
  Results begin(List<SweepTask> tasks, EngineOptions options);

  /** Results in the order of the tasks, for one thread to take. */
  interface Results extends AutoCloseable {
    /**
     * Waits for the next.
     *
     * @throws java.util.NoSuchElementException when there is none
     * @throws EngineException when the engine gave up
     * @throws InterruptedException when interrupted; there are no more results then
     */
    CellResult next() throws InterruptedException;

    /** Ends what nobody will ask for. */
    @Override
    void close();
  }

  /**
   * The engine of that name.
   *
   * @throws EngineException when it is not on the class path
   */
  static SweepEngine named(String name) {
    List<SweepEngine> all =
        ServiceLoader.load(SweepEngine.class).stream().map(ServiceLoader.Provider::get).toList();
    return all.stream()
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new EngineException(
                String.format(
                    Locale.ROOT,
                    """
                    there is no engine '%s' on the class path; there is: %s.
                      Spark's module is built only when asked for, as it brings 230 MB:
                        mvn -Pspark -DskipTests package
                      and found by ./heapstakes of that checkout when the option says --engine spark.\
                    """,
                    name,
                    String.join(", ", all.stream().map(SweepEngine::name).sorted().toList()))));
  }
}
