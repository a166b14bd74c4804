package heapstakes.upgrade;

import heapstakes.allocator.Contestant;
import java.util.List;
import java.util.Optional;

/**
 * One end of an upgrade.
 *
 * @param name as it was asked for, {@code NAME@VERSION[:KEY=VALUE…]}
 * @param library the real one, where it can be run here
 * @param model its twin; where there is none, the nearest that is modelled
 * @param remarks what is to be said of both, complete sentences
 */
public record Side(
    String name, Optional<Contestant> library, Optional<Contestant> model, List<String> remarks) {}
