/**
 * Real memory of this machine: {@code --memory linux}. The book of {@link heapstakes.os.linux}
 * decides first, then the real kernel does the same at a fixed distance.
 *
 * <pre>
 *   NativeLinux ──▶ VirtualMemory (the book) ──▶ NativeLinuxPages ──▶ NativeLinuxCalls ──▶ kernel
 *        │                                             │
 *   NativeLinuxMeter (mincore, smaps)            NativeLinuxWindows (where it lives in the JVM)
 * </pre>
 */
@NullMarked
package heapstakes.os.host;

import org.jspecify.annotations.NullMarked;
