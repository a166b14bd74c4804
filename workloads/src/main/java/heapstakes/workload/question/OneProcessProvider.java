package heapstakes.workload.question;

import static heapstakes.workload.script.Script.mark;

import heapstakes.setting.Setting;
import heapstakes.setting.Settings;
import heapstakes.workload.script.Script;
import heapstakes.workload.script.ScriptedProvider;
import java.util.List;
import java.util.stream.Stream;

/** The tasks of {@link Tasks} one after the other in a single process, which frees all it took. */
public final class OneProcessProvider extends ScriptedProvider {
  /** Listed as a service. */
  public OneProcessProvider() {
    super("one-process", Group.QUESTION);
  }

  @Override
  public String question() {
    return "What if all jobs run in one process, against process-per-task?";
  }

  @Override
  public String summary() {
    return "the same tasks in a single process, which frees what a task took when it is done";
  }

  @Override
  public List<Setting> parameters() {
    return Tasks.PARAMETERS;
  }

  @Override
  public List<String> suggestedMemory(Settings arguments) {
    return List.of("simulated");
  }

  @Override
  protected List<String> phases(Settings arguments) {
    return Stream.concat(Tasks.phases(arguments).stream(), Stream.of("data freed")).toList();
  }

  @Override
  protected Script script(Settings arguments) {
    Tasks tasks = new Tasks(arguments);
    int count = tasks.count();
    return new Script(
        tasks.data(),
        mark(0),
        Script.each(
            count,
            task ->
                Script.all(
                    tasks.work(task),
                    mark(2 * task + 1),
                    tasks.endOfWork(task),
                    mark(2 * task + 2))),
        tasks.endOfData(),
        mark(2 * count + 1));
  }
}
