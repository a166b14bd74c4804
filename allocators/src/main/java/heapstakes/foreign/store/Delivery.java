package heapstakes.foreign.store;

import heapstakes.allocator.AllocatorException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/** What the user has named in one command: packages, folders and libraries that belong together. */
public final class Delivery {
  private final List<PackageFile> packages;
  private final SequencedMap<String, SharedObject> objects = new LinkedHashMap<>();

  private Delivery(List<PackageFile> packages) {
    this.packages = packages;
    for (PackageFile file : packages) {
      file.objects().forEach(object -> objects.putIfAbsent(object.soname(), object));
    }
  }

  /**
   * Unpacks all of them.
   *
   * @throws AllocatorException when one cannot be, or none has a shared object
   */
  public static Delivery of(List<Path> files) {
    Delivery delivery = new Delivery(files.stream().map(PackageFile::read).toList());
    if (delivery.objects.isEmpty()) {
      throw new AllocatorException(
          String.format(
              Locale.ROOT,
              """
              there is no shared library for x86-64 in %s.
                Name a .deb, .rpm or .apk of amd64 or x86_64, a folder with such, or a library lib….so.\
              """,
              delivery));
    }
    return delivery;
  }

  /** The sonames of all that is in there. */
  public Set<String> sonames() {
    return objects.sequencedKeySet();
  }

  /** The one with this soname. */
  public Optional<SharedObject> find(String soname) {
    return Optional.ofNullable(objects.get(soname));
  }

  /** {@code main} with what it needs of all this; of a C library everything that is its own. */
  public List<SharedObject> with(SharedObject main) {
    if (CLibrary.isPart(main.soname())) {
      return objects.values().stream().filter(o -> CLibrary.isPart(o.soname())).toList();
    }
    SequencedMap<String, SharedObject> all = new LinkedHashMap<>();
    Deque<SharedObject> open = new ArrayDeque<>(List.of(main));
    while (!open.isEmpty()) {
      SharedObject next = open.pop();
      if (all.putIfAbsent(next.soname(), next) == null) {
        next.elf().needed().stream()
            .filter(soname -> !CLibrary.isPart(soname))
            .map(this::find)
            .flatMap(Optional::stream)
            .forEach(open::push);
      }
    }
    return List.copyOf(all.values());
  }

  @Override
  public String toString() {
    return packages.stream().map(PackageFile::toString).collect(Collectors.joining(", "));
  }
}
