package heapstakes.foreign;

import java.lang.invoke.MethodHandle;

/**
 * A library that says no more than its version, and gives memory back by one call.
 *
 * @param version its own statement of it
 * @param call {@code int ()}, below 0 on failure
 */
record TrimByCall(String version, MethodHandle call) implements LibraryControls {
  @Override
  public void trim(long pad) {
    try {
      int done = (int) call.invokeExact();
      assert done >= 0; // not 0 where there was nothing to give back
    } catch (Throwable e) {
      throw DynamicLinker.unexpected(e);
    }
  }
}
