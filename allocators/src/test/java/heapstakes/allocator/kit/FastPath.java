package heapstakes.allocator.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What malloc and free of a model run through before they turn to a slow path: the methods reached
 * from both within the model's package, read from their bytecode.
 *
 * @param provider a class of the model's package
 * @param thread the class that has malloc and free, by its simple name
 * @param slow where the fast path ends, {@code Class.method}
 */
public record FastPath(Class<?> provider, String thread, Set<String> slow) {
  private static final Set<Opcode> ALLOCATING =
      EnumSet.of(
          Opcode.NEW,
          Opcode.NEWARRAY,
          Opcode.ANEWARRAY,
          Opcode.MULTIANEWARRAY,
          Opcode.INVOKEDYNAMIC);

  /**
   * One method of the path.
   *
   * @param name {@code Class.method}
   * @param bytecodes its length in bytes
   * @param calls what it calls, in order
   * @param allocations instructions that make an object
   * @param opcodes all it consists of
   */
  public record Step(
      String name, int bytecodes, List<Call> calls, long allocations, Set<Opcode> opcodes) {
    /** One line: name, bytecodes, allocations, calls. */
    String line() {
      return String.format(
          Locale.ROOT,
          "%-28s %3d %d %s",
          name,
          bytecodes,
          allocations,
          String.join(" ", calls.stream().map(Call::name).toList()));
    }
  }

  /**
   * A call.
   *
   * @param owner internal name of the class
   * @param method its name
   * @param descriptor its types
   */
  public record Call(String owner, String method, String descriptor) {
    String name() {
      return owner.substring(owner.lastIndexOf('/') + 1) + "." + method;
    }
  }

  /** The model's package. */
  public String model() {
    return provider.getPackageName().substring(provider.getPackageName().lastIndexOf('.') + 1);
  }

  @Override
  public String toString() {
    return model();
  }

  /** The steps, malloc and what it calls first. */
  public List<Step> steps() {
    Map<Call, Step> steps = new LinkedHashMap<>();
    String owner = packagePrefix() + thread;
    walk(new Call(owner, "malloc", "(J)J"), steps);
    walk(new Call(owner, "free", "(J)V"), steps);
    return List.copyOf(steps.values());
  }

  /** The steps as the golden file has them. */
  public String text() {
    StringBuilder text = new StringBuilder("# method, bytecodes, allocations, calls\n");
    steps().forEach(step -> text.append(step.line().stripTrailing()).append('\n'));
    return text.toString();
  }

  private String packagePrefix() {
    return provider.getPackageName().replace('.', '/') + "/";
  }

  private void walk(Call start, Map<Call, Step> steps) {
    Deque<Call> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      Call call = open.removeFirst();
      if (call.owner.startsWith(packagePrefix()) && !slow.contains(call.name())) {
        Call where = declared(call);
        if (where.owner.startsWith(packagePrefix()) && !steps.containsKey(where)) {
          Step step = step(where);
          steps.put(where, step);
          step.calls.forEach(open::addLast);
        }
      }
    }
  }

  /**
   * The same call with the class that declares the method, or the first one outside of the model's
   * package: a thread may inherit it.
   */
  private Call declared(Call call) {
    if (!call.owner.startsWith(packagePrefix())) {
      return call;
    }
    ClassModel model = read(call.owner);
    if (find(model, call) != null) {
      return call;
    }
    String parent = model.superclass().orElseThrow().asInternalName();
    return declared(new Call(parent, call.method, call.descriptor));
  }

  private Step step(Call call) {
    MethodModel method = Objects.requireNonNull(find(read(call.owner), call));
    List<Instruction> code =
        method
            .code()
            .orElseThrow()
            .elementStream()
            .filter(Instruction.class::isInstance)
            .map(Instruction.class::cast)
            .toList();
    List<Call> calls =
        code.stream()
            .filter(InvokeInstruction.class::isInstance)
            .map(InvokeInstruction.class::cast)
            .map(i ->
                new Call(
                    i.owner().asInternalName(), i.name().stringValue(), i.type().stringValue()))
            .toList();
    EnumSet<Opcode> opcodes = EnumSet.noneOf(Opcode.class);
    code.forEach(i -> opcodes.add(i.opcode()));
    long allocations = code.stream().filter(i -> ALLOCATING.contains(i.opcode())).count();
    int length = method.findAttribute(Attributes.code()).orElseThrow().codeLength();
    return new Step(call.name(), length, calls, allocations, opcodes);
  }

  private static @Nullable MethodModel find(ClassModel model, Call call) {
    return model.methods().stream()
        .filter(m -> m.methodName().equalsString(call.method))
        .filter(m -> m.methodType().equalsString(call.descriptor))
        .findFirst()
        .orElse(null);
  }

  private ClassModel read(String owner) {
    String file = owner.substring(owner.lastIndexOf('/') + 1) + ".class";
    try (InputStream bytes = provider.getResourceAsStream(file)) {
      if (bytes == null) {
        throw new AssertionError("no class file " + file + " beside " + provider.getName());
      }
      return ClassFile.of().parse(bytes.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
