package heapstakes.trace.file;

import heapstakes.trace.binary.HsbTrace;
import java.util.Map;

/**
 * What came of an import.
 *
 * @param format name of the format that was read
 * @param trace the imported trace
 * @param notes what the format had to mend, with how often, in order of first appearance
 */
public record ImportReport(String format, HsbTrace trace, Map<String, Long> notes) {}
