package heapstakes.allocator;

import heapstakes.os.AddressSpace;
import java.util.List;

/**
 * How a pool of Java's own is run: in a JVM that is started for it, since its settings are those of
 * a JVM. All methods but {@link #arguments} are called there.
 */
public interface JavaPool {
  /** Arguments that the JVM is started with besides what deploys the contestant's settings. */
  List<String> arguments();

  /**
   * Memory for one heap of this pool: it takes no calls, and its statistics are those of the chunks
   * that the pool takes from its JVM, apart from what the JVM has besides.
   */
  AddressSpace memory();

  /** A thread, not started, of the kind that the pool is made for. */
  Thread thread(Runnable work);
}
