package heapstakes.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import heapstakes.allocator.options.LibraryOptions;
import heapstakes.allocator.options.ScudoOptions;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.regex.Pattern;

/** Scudo, the hardened allocator of LLVM, as clang's own run-time library. */
final class ScudoFamily implements Family {
  /** It states no version, but clang's folder does. */
  private static final Pattern CLANG = Pattern.compile("/clang/([0-9][0-9.]*)/");

  private static final int M_PURGE =
      -101; // compiler-rt, scudo/standalone/include/scudo/interface.h

  @Override
  public String name() {
    return "scudo";
  }

  @Override
  public boolean includes(SharedLibrary library, String prefix) {
    return library.has("__scudo_print_stats");
  }

  @Override
  public LibraryOptions options() {
    return ScudoOptions.ALL;
  }

  /** Its version is that of the clang that it came with. */
  @Override
  public LibraryControls bind(SharedLibrary library, String prefix) {
    String version =
        Family.find(CLANG, library.file())
            .orElseGet(() -> "sha256 " + library.sha256().substring(0, 12));
    MethodHandle mallopt = // int mallopt(int param, int value)
        DynamicLinker.downcall(
            library.find("mallopt").orElseThrow(),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    return new TrimByCall(
        "scudo " + version, MethodHandles.insertArguments(mallopt, 0, M_PURGE, 0));
  }
}
