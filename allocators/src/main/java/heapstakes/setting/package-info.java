/** Named, typed, range-checked settings as users write them: {@code KEY=VALUE[,KEY=VALUE…]}. */
@NullMarked
package heapstakes.setting;

import org.jspecify.annotations.NullMarked;
