package heapstakes.foreign.store;

import heapstakes.allocator.RealLibrary.Loader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is known of C libraries by their sonames: which other files are theirs. */
enum CLibrary {
  GLIBC(Loader.Kind.GLIBC),
  MUSL(Loader.Kind.MUSL);

  /** The soname of glibc. */
  static final String GLIBC_SONAME = "libc.so.6";

  private static final String GLIBC_LOADER = "ld-linux-x86-64.so.2";
  private static final String MUSL_LOADER = "ld-musl-x86_64.so.1";
  private static final Set<String> MUSL_SONAMES =
      Set.of(MUSL_LOADER, "libc.so", "libc.musl-x86_64.so.1");

  /** In glibc itself since this version. */
  private static final String MERGED = "GLIBC_2.34";

  private static final List<String> APART = List.of("libpthread.so.0", "libdl.so.2");
  private static final Set<String> GLIBC_FILES =
      Set.of(
          GLIBC_SONAME,
          GLIBC_LOADER,
          "libpthread.so.0",
          "libdl.so.2",
          "libm.so.6",
          "libmvec.so.1",
          "librt.so.1",
          "libutil.so.1",
          "libresolv.so.2",
          "libanl.so.1",
          "libBrokenLocale.so.1",
          "libc_malloc_debug.so.0",
          "libthread_db.so.1");

  private final Loader.Kind kind;

  CLibrary(Loader.Kind kind) {
    this.kind = kind;
  }

  /** The one that has this soname. */
  static Optional<CLibrary> of(String soname) {
    if (soname.equals(GLIBC_SONAME)) {
      return Optional.of(GLIBC);
    }
    return MUSL_SONAMES.contains(soname) ? Optional.of(MUSL) : Optional.empty();
  }

  /** musl is its own loader, and every distribution gives it another soname. */
  static String canonical(String soname) {
    return MUSL_SONAMES.contains(soname) ? MUSL_LOADER : soname;
  }

  /** Whether the file comes with a C library and with no other package. */
  static boolean isPart(String soname) {
    return GLIBC_FILES.contains(soname) || MUSL_SONAMES.contains(soname);
  }

  /** The loader of the C library whose main file is {@code file}, with other folders besides. */
  Loader loader(Path file, List<Path> folders) {
    if (this == MUSL) {
      return new Loader(file, folders, List.of(), kind); // it is its own loader
    }
    boolean isApart = ElfFile.read(file).filter(elf -> elf.provided().contains(MERGED)).isEmpty();
    return new Loader(
        file.resolveSibling(GLIBC_LOADER), folders, isApart ? APART : List.of(), kind);
  }
}
