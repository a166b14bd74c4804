package heapstakes.explain;

import heapstakes.allocator.Contestant;

/**
 * The same moment under another setting.
 *
 * @param contestant with the setting
 * @param resident bytes then
 */
public record SettingTrial(Contestant contestant, long resident) {}
