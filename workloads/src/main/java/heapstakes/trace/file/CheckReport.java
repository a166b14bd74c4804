package heapstakes.trace.file;

import heapstakes.trace.TraceSummary;
import java.util.Map;

/**
 * What an import would give.
 *
 * @param format name of the format that was read
 * @param summary what the trace would hold
 * @param notes what the format had to mend, with how often, in order of first appearance
 */
public record CheckReport(String format, TraceSummary summary, Map<String, Long> notes) {}
