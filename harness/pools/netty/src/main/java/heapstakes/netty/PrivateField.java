package heapstakes.netty;

import heapstakes.allocator.AllocatorException;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Locale;

/**
 * A field that Netty shows to nobody.
 *
 * @param field of a class in the package of buffers
 */
record PrivateField(Field field) {
  /** That field of a class in the package of buffers. */
  static PrivateField of(String type, String name) {
    try {
      Field field =
          Class.forName(ByteBuf.class.getPackageName() + "." + type).getDeclaredField(name);
      field.setAccessible(true);
      return new PrivateField(field);
    } catch (ReflectiveOperationException e) {
      throw missing(type + "." + name);
    }
  }

  private static AllocatorException missing(String what) {
    return new AllocatorException(
        String.format(
            Locale.ROOT,
            "%s has no %s, by which its chunks are found.\n  Build with the version that pom.xml names.",
            NettyProvider.version(),
            what));
  }

  /** Another value for this field, by a constructor of its type. */
  Object make(Class<?>[] types, Object... arguments) {
    try {
      Constructor<?> constructor = field.getType().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw missing("constructor of " + field.getType().getSimpleName());
    }
  }

  Object get(Object owner) {
    try {
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  void set(Object owner, Object value) {
    try {
      field.set(owner, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
