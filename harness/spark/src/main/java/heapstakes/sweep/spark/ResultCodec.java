package heapstakes.sweep.spark;

import heapstakes.results.Footprint;
import heapstakes.sweep.CellResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Results as bytes, exactly: records component by component, as they are declared. Optional values
 * are not {@link java.io.Serializable}, and a library of another version may stand on a node.
 */
final class ResultCodec {
  private ResultCodec() {}

  static byte[] encode(CellResult result) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      write(out, String.class, result.failure());
      out.writeBoolean(result.footprint() != null);
      if (result.footprint() != null) {
        write(out, Footprint.class, result.footprint());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static CellResult decode(byte[] bytes) {
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      String failure = (String) read(in, String.class);
      Footprint footprint = in.readBoolean() ? (Footprint) read(in, Footprint.class) : null;
      return new CellResult(footprint, failure);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(DataOutputStream out, Type type, Object value) throws IOException {
    switch (value) {
      case Long number -> out.writeLong(number);
      case Integer number -> out.writeInt(number);
      case Double number -> out.writeDouble(number);
      case Boolean flag -> out.writeBoolean(flag);
      case Enum<?> constant -> out.writeInt(constant.ordinal());
      case String text -> {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
      }
      case OptionalLong number -> {
        out.writeBoolean(number.isPresent());
        out.writeLong(number.orElse(0));
      }
      case OptionalDouble number -> {
        out.writeBoolean(number.isPresent());
        out.writeDouble(number.orElse(0));
      }
      case Optional<?> optional -> {
        out.writeBoolean(optional.isPresent());
        if (optional.isPresent()) {
          write(out, argument(type, 0), optional.get());
        }
      }
      case List<?> list -> {
        out.writeInt(list.size());
        for (Object element : list) {
          write(out, argument(type, 0), element);
        }
      }
      case Map<?, ?> map -> {
        out.writeInt(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          write(out, argument(type, 0), entry.getKey());
          write(out, argument(type, 1), entry.getValue());
        }
      }
      case Record record -> {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          write(out, component.getGenericType(), component(component, record));
        }
      }
      default -> throw unknown(type);
    }
  }

  private static Object component(RecordComponent component, Record record) {
    try {
      return Objects.requireNonNull(component.getAccessor().invoke(record));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object read(DataInputStream in, Type type) throws IOException {
    Class<?> raw = raw(type);
    if (raw.isRecord()) {
      return readRecord(in, raw);
    }
    if (raw.isEnum()) {
      return raw.getEnumConstants()[in.readInt()];
    }
    return switch (raw.getSimpleName()) {
      case "long", "Long" -> in.readLong();
      case "int", "Integer" -> in.readInt();
      case "double", "Double" -> in.readDouble();
      case "boolean", "Boolean" -> in.readBoolean();
      case "String" -> new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      case "OptionalLong" -> {
        boolean present = in.readBoolean();
        long number = in.readLong();
        yield present ? OptionalLong.of(number) : OptionalLong.empty();
      }
      case "OptionalDouble" -> {
        boolean present = in.readBoolean();
        double number = in.readDouble();
        yield present ? OptionalDouble.of(number) : OptionalDouble.empty();
      }
      case "Optional" ->
          in.readBoolean() ? Optional.of(read(in, argument(type, 0))) : Optional.empty();
      case "List" -> readList(in, argument(type, 0));
      case "SequencedMap", "Map" -> readMap(in, argument(type, 0), argument(type, 1));
      default -> throw unknown(type);
    };
  }

  private static List<Object> readList(DataInputStream in, Type element) throws IOException {
    int size = in.readInt();
    List<Object> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(read(in, element));
    }
    return list;
  }

  private static Map<Object, Object> readMap(DataInputStream in, Type key, Type value)
      throws IOException {
    int size = in.readInt();
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      map.put(read(in, key), read(in, value));
    }
    return map;
  }

  private static Object readRecord(DataInputStream in, Class<?> record) throws IOException {
    RecordComponent[] components = record.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = read(in, components[i].getGenericType());
    }
    try {
      return record.getConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> raw(Type type) {
    return (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
  }

  private static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }

  private static IllegalStateException unknown(Type type) {
    return new IllegalStateException("a result has a component of type " + type.getTypeName());
  }
}
