package heapstakes.allocator;

import java.util.Optional;

/**
 * The real library that a model is the twin of: what it answers to, address for address.
 *
 * @param library name of the contestant that is this library, e.g. {@code native-glibc}
 * @param version which it must have, as its {@link Lineage} states it, e.g. {@code "glibc 2.36"}
 * @param processors the model's setting for the machine's number of processors; empty where that
 *     makes no difference
 */
public record Reference(String library, String version, Optional<String> processors) {}
