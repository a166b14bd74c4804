package heapstakes.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Carries works out on several cores. Whoever is free takes the first that fits: into the memory
 * that is left, and beside what must run apart. None is overtaken for long, since only so many are
 * begun ahead of the oldest that is not over.
 */
public final class WorkPool {
  // Works a core that may be over before their turn to be handed out.
  private static final int AHEAD = 16;

  private final PoolLimits limits;

  /** A pool of that size; threads live as long as there are works. */
  public WorkPool(PoolLimits limits) {
    this.limits = limits;
  }

  /**
   * Begins {@code works}; who asks for their results is not to be kept waiting longer than needed.
   */
  public <R> Results<R> begin(List<? extends Work<R>> works) {
    return new Results<>(limits, works);
  }

  /**
   * Results in the order of the works, for one thread to take. Closing ends what nobody will ask
   * for.
   *
   * @param <R> what comes of a work
   */
  public static final class Results<R> implements AutoCloseable {
    private final int ahead;
    private final Iterator<? extends Work<R>> coming;
    private final Deque<Job<R>> begun = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();

    // Guarded by this.
    private final Deque<Job<R>> waiting = new ArrayDeque<>();
    private final long most;
    private long free;
    private boolean apart;
    private boolean closed;

    private Results(PoolLimits limits, List<? extends Work<R>> works) {
      ahead = AHEAD * limits.cores();
      coming = List.copyOf(works).iterator();
      most = limits.bytes();
      free = most;
      offer();
      for (int i = 1; i <= Math.min(limits.cores(), works.size()); i++) {
        threads.add(Thread.ofPlatform().daemon().name("replay-" + i).start(this::work));
      }
    }

    private static final class Job<R> extends FutureTask<R> {
      private final long bytes;
      private final boolean apart;

      Job(Work<R> work, long most) {
        super(work::carryOut);
        bytes = Math.clamp(work.bytes(), 0, most);
        apart = work.isApart();
      }
    }

    /**
     * Waits for the next.
     *
     * @throws java.util.NoSuchElementException when there is none
     * @throws InterruptedException when interrupted, now or before: there are no more results then
     */
    public R next() throws InterruptedException {
      requireOpen();
      Job<R> job = begun.remove();
      offer();
      try {
        return job.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException fault -> throw fault;
          case Error fault -> throw fault;
          case null, default -> throw new IllegalStateException(e.getCause());
        }
      } catch (InterruptedException e) {
        close(); // the next result would be taken for this one
        throw e;
      }
    }

    private synchronized void requireOpen() throws InterruptedException {
      if (closed) {
        throw new InterruptedException("interrupted before");
      }
    }

    private synchronized void offer() {
      while (begun.size() < ahead && coming.hasNext()) {
        Job<R> job = new Job<>(coming.next(), most);
        begun.add(job);
        waiting.add(job);
      }
      notifyAll();
    }

    private void work() {
      try {
        while (true) {
          Job<R> job = take();
          job.run();
          release(job);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // nobody waits for results any more
      }
    }

    private synchronized Job<R> take() throws InterruptedException {
      Job<R> job = null;
      while (job == null) {
        requireOpen();
        job = firstThatFits();
        if (job == null) {
          wait();
        }
      }
      free -= job.bytes;
      apart |= job.apart;
      return job;
    }

    private @Nullable Job<R> firstThatFits() {
      for (Iterator<Job<R>> jobs = waiting.iterator(); jobs.hasNext(); ) {
        Job<R> job = jobs.next();
        if (job.bytes <= free && !(job.apart && apart)) {
          jobs.remove();
          return job;
        }
      }
      return null;
    }

    private synchronized void release(Job<R> job) {
      free += job.bytes;
      apart &= !job.apart;
      notifyAll();
    }

    /** Interrupts what still runs, and waits for none of it. */
    @Override
    public synchronized void close() {
      closed = true;
      threads.forEach(Thread::interrupt);
    }
  }
}
