package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;
import static heapstakes.workload.script.Script.once;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.trace.Op;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tasks of {@link Tasks}, each in a child that is forked for it and exits. At the end one more
 * child is forked while the parent frees its own data: pages that they share are not gone before
 * the child is.
 */
public final class ProcessPerTaskProvider extends ScriptedProvider {
  private static final List<String> SHARING =
      List.of("child forked", "parent freed its data", "child gone");

  /** Listed as a service. */
  public ProcessPerTaskProvider() {
    super("process-per-task", Group.QUESTION);
  }

  @Override
  public String question() {
    return "What if each job is a process that exits?";
  }

  @Override
  public String summary() {
    return "forks for each task, which works and exits without freeing; see one-process";
  }

  @Override
  public List<Setting> parameters() {
    return Tasks.PARAMETERS;
  }

  @Override
  protected int threads(Settings arguments) {
    return 2 + (int) arguments.number("tasks");
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return Stream.concat(Tasks.phases(arguments).stream(), SHARING.stream()).toList();
  }

  @Override
  protected Script script(Settings arguments) {
    Tasks tasks = new Tasks(arguments);
    int count = tasks.count();
    int last = count + 1;
    return new Script(
        Script.thread(0),
        tasks.data(),
        mark(0),
        Script.each(
            count,
            task ->
                Script.all(
                    fork(task + 1),
                    tasks.work(task),
                    mark(2 * task + 1),
                    exit(),
                    mark(2 * task + 2))),
        fork(last),
        mark(2 * count + 1),
        Script.thread(0),
        tasks.endOfData(),
        mark(2 * count + 2),
        Script.thread(last),
        exit(),
        mark(2 * count + 3));
  }

  /** The child goes on. */
  private static Script.Part fork(int child) {
    return once((batch, i) -> {
      batch.add(Op.FORK, child, 0, 0);
      batch.add(Op.THREAD, child, 0, 0);
    });
  }

  /** The current process exits and its parent goes on. */
  private static Script.Part exit() {
    return once((batch, i) -> {
      batch.add(Op.EXIT, 0, 0, 0);
      batch.add(Op.THREAD, 0, 0, 0);
    });
  }
}
