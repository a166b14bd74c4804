package heapstakes.model.ptmalloc2;

import static heapstakes.allocator.Badge.BY_READING;
import static heapstakes.allocator.Badge.TWIN;

import heapstakes.allocator.Badge;
import heapstakes.allocator.Versions;
import heapstakes.allocator.options.GlibcOptions;
import heapstakes.allocator.options.LibraryOptions;
import java.util.List;
import java.util.Set;

/**
 * What differs between versions of glibc's malloc: a column of the table in §17 of the
 * specification. Each component has a constant for every version that changed it, named after the
 * first that did; a version that is modelled too is one more line here.
 *
 * @param number as users write it, {@code ptmalloc2@NUMBER}
 * @param badge whether it was compared with the library or only read
 * @param options that it takes
 * @param tcache when there is a tcache, and for what
 * @param resizing when realloc leaves a block alone
 * @param aligning where memalign looks and what becomes of the rests
 * @param arenas what an arena consists of
 * @param mapping memory that is mapped instead of taken from the break
 */
record GlibcVersion(
    String number,
    Badge badge,
    LibraryOptions options,
    TcacheRules tcache,
    ResizeRule resizing,
    AlignRules aligning,
    ArenaRules arenas,
    MappingRules mapping) {

  private static final TcacheRules T30 = TcacheRules.V2_30;
  private static final ResizeRule R26 = ResizeRule.V2_26;
  private static final ResizeRule R38 = ResizeRule.V2_38;
  private static final AlignRules A26 = AlignRules.V2_26;
  private static final AlignRules A39 = AlignRules.V2_39;
  private static final ArenaRules S35 = ArenaRules.V2_35;
  private static final MappingRules M35 = MappingRules.V2_35;
  private static final MappingRules M38 = MappingRules.V2_38;

  private static final GlibcVersion V2_36 = new GlibcVersion("2.36", TWIN, T30, R26, A26, S35, M35);

  /** Those modelled; the bare name means the first, on every machine. */
  static final List<GlibcVersion> ALL =
      List.of(
          V2_36,
          new GlibcVersion("2.31", TWIN, T30, R26, A26, ArenaRules.V2_26, MappingRules.V2_26),
          new GlibcVersion("2.34", TWIN, T30, R26, A26, ArenaRules.V2_33, MappingRules.V2_26),
          new GlibcVersion("2.35", TWIN, T30, R26, A26, S35, M35),
          new GlibcVersion("2.37", BY_READING, T30, ResizeRule.V2_37, A26, S35, M35),
          new GlibcVersion("2.38", BY_READING, TcacheRules.V2_38, R38, AlignRules.V2_38, S35, M38),
          new GlibcVersion("2.39", BY_READING, TcacheRules.V2_38, R38, A39, S35, M38),
          new GlibcVersion("2.40", BY_READING, TcacheRules.V2_38, R38, A39, S35, M38),
          new GlibcVersion("2.41", TWIN, TcacheRules.V2_41, R38, A39, ArenaRules.V2_41, M38),
          new GlibcVersion("2.42", BY_READING, TcacheRules.V2_42, R38, A39, ArenaRules.V2_41, M38),
          new GlibcVersion(
              "2.43",
              TWIN,
              TcacheRules.V2_43,
              ResizeRule.V2_43,
              AlignRules.V2_43,
              ArenaRules.V2_43,
              MappingRules.V2_43),
          new GlibcVersion(
              "2.44",
              TWIN,
              TcacheRules.V2_44,
              ResizeRule.V2_43,
              AlignRules.V2_43,
              ArenaRules.V2_44,
              MappingRules.V2_43));

  private GlibcVersion(
      String number,
      Badge badge,
      TcacheRules tcache,
      ResizeRule resizing,
      AlignRules aligning,
      ArenaRules arenas,
      MappingRules mapping) {
    this(number, badge, GlibcOptions.of(number), tcache, resizing, aligning, arenas, mapping);
  }

  /**
   * The one that {@code ptmalloc2@NUMBER} asks for.
   *
   * @throws heapstakes.allocator.AllocatorException when it is not modelled
   */
  static GlibcVersion of(String number) {
    return Versions.find("ptmalloc2", ALL, GlibcVersion::number, number);
  }

  /** The same, but {@code rules} as {@code other} has them. */
  GlibcVersion with(GlibcVersion other, Set<GlibcRule> rules) {
    LibraryOptions mixed = options;
    for (GlibcRule rule : rules) {
      mixed = rule.option().isEmpty() ? mixed : mixed.with(other.options, rule.option());
    }
    return new GlibcVersion(
        number,
        Badge.BY_DESCRIPTION,
        mixed,
        tcache.with(other.tcache, rules),
        rules.contains(GlibcRule.REALLOC) ? other.resizing : resizing,
        rules.contains(GlibcRule.MEMALIGN) ? other.aligning : aligning,
        arenas.with(other.arenas, rules),
        rules.contains(GlibcRule.MAPPING) ? other.mapping : mapping);
  }

  /** As the library states it. */
  String library() {
    return "glibc " + number;
  }
}
