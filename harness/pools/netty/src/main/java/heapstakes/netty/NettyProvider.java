package heapstakes.netty;

import heapstakes.allocator.Allocator;
import heapstakes.allocator.AllocatorException;
import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Capability;
import heapstakes.allocator.JavaPool;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.os.AddressSpace;
import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import io.netty.util.Version;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** What Netty's pools have in common. */
abstract class NettyProvider implements AllocatorProvider {
  private static final String NETTY = "netty-buffer";

  private final String name;
  private final String summary;
  private final LibraryOptions options;
  private final Set<Capability> capabilities;
  private final BiFunction<ChunkBook, Settings, ChunkHooks> hooks;

  NettyProvider(
      String name,
      String summary,
      LibraryOptions options,
      Set<Capability> capabilities,
      BiFunction<ChunkBook, Settings, ChunkHooks> hooks) {
    this.name = name;
    this.summary = summary;
    this.options = options;
    this.capabilities = capabilities;
    this.hooks = hooks;
  }

  /** As the jar on the class path says it, e.g. {@code netty 4.2.20.Final}. */
  static String version() {
    Version version = Version.identify().get(NETTY);
    return "netty " + (version == null ? "?" : version.artifactVersion());
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Lineage lineage() {
    return new Lineage(version(), summary);
  }

  @Override
  public final Badge badge() {
    return Badge.MANAGED;
  }

  @Override
  public final Set<Capability> capabilities() {
    return capabilities;
  }

  @Override
  public final LibraryOptions options() {
    return options;
  }

  @Override
  public final List<Setting> settings() {
    return options.settings();
  }

  @Override
  public final Optional<String> unavailable() {
    return Files.isReadable(Path.of("/proc/self/pagemap"))
        ? Optional.empty()
        : Optional.of("what its chunks take is read from /proc/self/pagemap, which is not there.");
  }

  @Override
  public final Optional<JavaPool> javaPool() {
    return Optional.of(
        new JavaPool() {
          @Override
          public List<String> arguments() {
            // Netty's search for buffers that were not released wraps every hundredth of them.
            return List.of("-Dio.netty.leakDetection.level=disabled");
          }

          @Override
          public AddressSpace memory() {
            return new ChunkSpace();
          }

          @Override
          public Thread thread(Runnable work) {
            return new FastThreadLocalThread(work);
          }
        });
  }

  @Override
  public final Allocator open(AddressSpace space, Settings settings) {
    if (space instanceof ChunkSpace chunks) {
      return new NettyHeap(chunks, hooks.apply(chunks.book(), settings));
    }
    throw new AllocatorException(
        String.format(
            Locale.ROOT,
            """
            %s cannot be opened here: its settings are those of a JVM, so it has one of its own.
              Its memory is metered there by run, replay and sweep.\
            """,
            name));
  }
}
