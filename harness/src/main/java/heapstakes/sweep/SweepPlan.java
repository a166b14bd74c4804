package heapstakes.sweep;

import heapstakes.allocator.Allocators;
import heapstakes.allocator.Contestant;
import heapstakes.cell.CellSpec;
import heapstakes.cell.LabelledContestant;
import heapstakes.os.Machine;
import heapstakes.replay.TraceSource;
import heapstakes.results.CellKey;
import heapstakes.setting.SettingException;
import heapstakes.trace.Trace;
import heapstakes.trace.TraceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.apache.commons.math3.random.SobolSequenceGenerator;

/**
 * The cells of a sweep in their order: workload by workload, each contestant on each machine.
 *
 * @param contestants who
 * @param workloads words and the traces that they name
 * @param tasks every cell
 */
public record SweepPlan(
    List<LabelledContestant> contestants,
    SequencedMap<String, Trace> workloads,
    List<SweepTask> tasks) {
  private static final int TRIES = 64;

  /**
   * Expands braces and looks everything up.
   *
   * @param contestants with braces or without
   * @param workloads with braces or without
   * @param memory simulated machines, with braces or without
   * @throws SettingException when a name, a key or a value is not known, or it cannot run here
   * @throws TraceException when there is no such workload or file
   */
  public static SweepPlan of(
      List<String> contestants, List<String> workloads, List<String> memory) {
    List<LabelledContestant> starters =
        expand(contestants).stream().map(SweepPlan::contestant).distinct().toList();
    SequencedMap<String, Trace> traces = new LinkedHashMap<>();
    for (String workload : expand(workloads)) {
      traces.put(workload, TraceSource.open(workload));
    }
    List<String> machines =
        expand(memory).stream().map(text -> Machine.parse(text).toString()).distinct().toList();
    SequencedMap<CellKey, SweepTask> tasks = new LinkedHashMap<>();
    traces.forEach((workload, trace) -> {
      for (LabelledContestant starter : starters) {
        for (String machine : starter.takesAnyMemory() ? machines : List.of("linux")) {
          CellSpec spec = CellSpec.of(starter.toString(), workload).withMemory(machine);
          SweepTask task = new SweepTask(spec, starter, trace, machine);
          tasks.putIfAbsent(task.key(), task);
        }
      }
    });
    return new SweepPlan(starters, traces, List.copyOf(tasks.values()));
  }

  private static List<String> expand(List<String> texts) {
    SequencedSet<String> all = new LinkedHashSet<>();
    texts.forEach(text -> all.addAll(Grid.expand(text)));
    return List.copyOf(all);
  }

  private static LabelledContestant contestant(String text) {
    Contestant contestant = Allocators.parse(text);
    contestant.requireAvailable();
    return LabelledContestant.of(contestant);
  }

  /** What makes the cells unique, in order. */
  public List<CellKey> keys() {
    return tasks.stream().map(SweepTask::key).toList();
  }

  /**
   * So many of the cells, spread evenly over workloads and, within each, over contestants and
   * machines: a Sobol sequence of two dimensions, moved round by the seed (a rotation after Cranley
   * and Patterson, 1976).
   *
   * @param number at least 1; all where there are no more
   */
  public SweepPlan sample(int number, long seed) {
    if (number >= tasks.size()) {
      return this;
    }
    Map<String, List<SweepTask>> byWorkload = new LinkedHashMap<>();
    tasks.forEach(task ->
        byWorkload.computeIfAbsent(task.spec().workload(), w -> new ArrayList<>()).add(task));
    List<List<SweepTask>> groups = List.copyOf(byWorkload.values());
    Random random = new Random(seed);
    double[] move = {random.nextDouble(), random.nextDouble()};
    SobolSequenceGenerator sobol = new SobolSequenceGenerator(2);
    SequencedSet<SweepTask> taken = new LinkedHashSet<>();
    for (long tries = 0; taken.size() < number && tries < (long) TRIES * number; tries++) {
      double[] point = sobol.nextVector();
      List<SweepTask> group = groups.get(index(point[0] + move[0], groups.size()));
      taken.add(group.get(index(point[1] + move[1], group.size())));
    }
    for (int i = 0; taken.size() < number; i++) {
      taken.add(tasks.get(i)); // the last few gaps are hard to hit
    }
    return with(tasks.stream().filter(taken::contains).toList());
  }

  private static int index(double at, int size) {
    return (int) ((at - Math.floor(at)) * size);
  }

  /** Every {@code parts}-th cell, beginning with number {@code part}, from 1. */
  public SweepPlan part(int part, int parts) {
    List<SweepTask> own = new ArrayList<>();
    for (int i = part - 1; i < tasks.size(); i += parts) {
      own.add(tasks.get(i));
    }
    return with(own);
  }

  private SweepPlan with(List<SweepTask> others) {
    return new SweepPlan(contestants, workloads, others);
  }
}
