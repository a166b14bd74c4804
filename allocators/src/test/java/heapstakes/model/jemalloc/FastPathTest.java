package heapstakes.model.jemalloc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What malloc and free run through must be small enough to be inlined, and allocate nothing. */
class FastPathTest {
  // HotSpot: MaxInlineSize inlines always, FreqInlineSize what is hot; in bytes of bytecode.
  private static final int FREQ_INLINE_SIZE = 325;

  @ParameterizedTest
  @CsvSource({
    "MallocThread, malloc, 35",
    "MallocThread, free, 35",
    "Tcache, binOf, 20",
    "Tcache, mayPop, 30",
    "Tcache, pop, 25",
    "Tcache, mayPush, 35",
    "Tcache, push, 25",
    "CacheBin, pop, 45",
    "CacheBin, push, 25",
    "SizeClasses, cacheIndex, 25",
    "ExtentMap, classAt, 35",
  })
  void methodsOnTheFastPathAreSmallAndAllocateNothing(String type, String method, int most)
      throws IOException {
    MethodModel code = method(type, method);
    assertThat(length(code)).isLessThanOrEqualTo(most).isLessThan(FREQ_INLINE_SIZE);
    assertThat(opcodes(code))
        .doesNotContain(Opcode.NEW, Opcode.NEWARRAY, Opcode.ANEWARRAY, Opcode.INVOKEDYNAMIC)
        .doesNotContain(Opcode.INVOKEINTERFACE, Opcode.MONITORENTER);
  }

  private static int length(MethodModel method) {
    return method.findAttribute(Attributes.code()).orElseThrow().codeLength();
  }

  private static List<Opcode> opcodes(MethodModel method) {
    return method
        .code()
        .orElseThrow()
        .elementStream()
        .filter(Instruction.class::isInstance)
        .map(e -> ((Instruction) e).opcode())
        .toList();
  }

  private static MethodModel method(String type, String name) throws IOException {
    try (InputStream bytes = Jemalloc.class.getResourceAsStream(type + ".class")) {
      ClassModel model = ClassFile.of().parse(bytes.readAllBytes());
      return model.methods().stream()
          .filter(m -> m.methodName().equalsString(name))
          .findFirst()
          .orElseThrow();
    }
  }
}
