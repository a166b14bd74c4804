package heapstakes.managed;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.JavaPool;
import heapstakes.foreign.ParentDeath;
import heapstakes.meter.FootprintMeter;
import heapstakes.meter.FootprintObserver;
import heapstakes.replay.Failures;
import heapstakes.setting.SettingException;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import heapstakes.trace.binary.HsbTrace;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** The program of a pool's JVM: replays once, and says now and then how far it is. */
public final class PoolReplay {
  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private PoolReplay() {}

  /** Takes the words of a {@link PoolRequest}. */
  public static void main(String[] words) throws InterruptedException {
    ParentDeath.follow();
    PoolRequest request = PoolRequest.parse(List.of(words));
    Contestant contestant = Allocators.parse(request.contestant());
    JavaPool pool = contestant.provider().javaPool().orElseThrow();
    Thread replay = pool.thread(() -> answer(request, contestant, pool).write(request.answer()));
    replay.start();
    replay.join();
    if (!Files.exists(request.answer())) {
      throw new IllegalStateException("the replay ended without an answer, as is said above");
    }
  }

  private static PoolAnswer answer(PoolRequest request, Contestant contestant, JavaPool pool) {
    try {
      Trace trace = HsbTrace.describe(request.trace(), request.name());
      return PoolAnswer.of(
          FootprintMeter.measure(
              contestant, pool.memory(), trace, request.options(), new Teller()));
    } catch (SettingException | TraceException e) {
      return PoolAnswer.refused(Failures.reason(e));
    }
  }

  private static final class Teller implements FootprintObserver {
    @Override
    public void progress(long operations) {
      try {
        OUT.write((operations + "\n").getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new UncheckedIOException(e); // nobody listens any more
      }
    }
  }
}
