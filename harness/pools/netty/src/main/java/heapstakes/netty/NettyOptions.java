package heapstakes.netty;

import heapstakes.allocator.options.LibraryOption;
import heapstakes.allocator.options.LibraryOption.Variable;
import heapstakes.allocator.options.LibraryOptions;
import heapstakes.setting.Setting;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings of Netty 4.2's allocators that are about direct memory: system properties {@code
 * io.netty.allocator.KEY} (javadoc and log of {@code PooledByteBufAllocator} and {@code
 * AdaptivePoolingAllocator}), and the one argument of the JVM that decides how a chunk comes.
 */
final class NettyOptions {
  private static final Variable JVM = new Variable("JAVA_TOOL_OPTIONS", "=", " ");
  private static final String NO_ACCESS = "none";
  private static final long MOST = Integer.MAX_VALUE;

  /** Of {@code PooledByteBufAllocator}. */
  static final LibraryOptions POOLED =
      options(
          "Netty's pooled allocator",
          Setting.integer(
              "numDirectArenas",
              Integer.toString(2 * Runtime.getRuntime().availableProcessors()),
              0,
              1 << 16,
              "arenas; default: twice the processors, fewer where direct memory is short; 0: no pool"),
          Setting.size("pageSize", "8K", 4096, 1 << 30, "smallest run, in bytes, a power of two"),
          Setting.integer("maxOrder", "9", 0, 14, "a chunk is pageSize << maxOrder bytes"),
          Setting.integer("smallCacheSize", "256", 0, MOST, "freed blocks a thread keeps, a size"),
          Setting.integer("normalCacheSize", "64", 0, MOST, "freed runs a thread keeps, a size"),
          Setting.size("maxCachedBufferCapacity", "32K", 0, MOST, "largest block a thread keeps"),
          Setting.integer(
              "cacheTrimInterval",
              "8192",
              1,
              MOST,
              "allocations between trims of a thread's cache"),
          Setting.integer(
              "cacheTrimIntervalMillis", "0", 0, MOST, "milliseconds between such trims; 0: none"),
          Setting.flag(
              "useCacheForAllThreads",
              false,
              "also for threads that are not Netty's; here all are"),
          Setting.size(
              "directMemoryCacheAlignment", "0", 0, 1 << 20, "of blocks, a power of two; 0: none"));

  /** Of {@code AdaptiveByteBufAllocator}. */
  static final LibraryOptions ADAPTIVE =
      options(
          "Netty's adaptive allocator",
          Setting.integer(
              "chunkReuseQueueCapacity",
              Integer.toString(Math.max(2, 2 * Runtime.getRuntime().availableProcessors())),
              2,
              1 << 20,
              "chunks kept for reuse, a size class; default: twice the processors"),
          Setting.integer(
              "chunkPurgePollsThreadLocal", "16", 1, MOST, "looks at a thread's chunks a purge"),
          Setting.integer("chunkPurgePollsShared", "128", 1, MOST, "the same of shared ones"),
          Setting.integer(
              "chunkPurgeThreshold", "3", 1, MOST, "purges that an unused chunk survives"),
          Setting.size(
              "threadLocalChunkCacheMaxBytes", "8M", 1, MOST, "most that a thread keeps of chunks"),
          Setting.size(
              "threadLocalChunkCacheMinBytes", "4M", 1, MOST, "which no purge takes from it"),
          Setting.integer(
              "magazineBufferQueueCapacity", "1024", 2, 1 << 20, "handles kept for reuse"),
          Setting.flag("lowMemory", false, "smaller chunks; default: heap of up to 512 MiB"),
          Setting.flag(
              "disableThreadLocalMagazinesOnLowMemory", true, "no chunks of a thread's own then"),
          Setting.flag(
              "useCachedMagazinesForNonEventLoopThreads",
              false,
              "chunks of their own for threads that run no event loop"));

  private NettyOptions() {}

  private static LibraryOptions options(String library, Setting... own) {
    Setting access =
        Setting.choice(
            "enable-native-access",
            List.of(NO_ACCESS, "ALL-UNNAMED"),
            "of the JVM: with it a chunk is malloc's, without it is Java's, which is zeroed first");
    Stream<LibraryOption> properties =
        Stream.of(own).map(setting -> LibraryOption.in(JVM, "-Dio.netty.allocator.", setting));
    LibraryOption argument = LibraryOption.in(JVM, "--", access).unlessItIs(NO_ACCESS);
    return new LibraryOptions(library, Stream.concat(properties, Stream.of(argument)).toList());
  }
}
