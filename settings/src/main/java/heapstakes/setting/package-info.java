/**
 * How contestants, workloads and memory are written, {@code
 * NAME[@VERSION][:KEY=VALUE[,KEY=VALUE…]]} ({@link heapstakes.setting.Spec}), and the named, typed,
 * range-checked settings that they take ({@link heapstakes.setting.Settings}).
 */
@NullMarked
package heapstakes.setting;

import org.jspecify.annotations.NullMarked;
