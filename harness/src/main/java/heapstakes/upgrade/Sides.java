package heapstakes.upgrade;

import heapstakes.allocator.AllocatorProvider;
import heapstakes.allocator.Allocators;
import heapstakes.allocator.Badge;
import heapstakes.allocator.Contestant;
import heapstakes.allocator.Lineage;
import heapstakes.allocator.Reference;
import heapstakes.allocator.Versions;
import heapstakes.cell.LibraryBuild;
import heapstakes.setting.Setting;
import heapstakes.setting.SettingException;
import heapstakes.setting.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/** Finds what stands for each end of an upgrade: the real library, its twin, or both. */
public final class Sides {
  private Sides() {}

  /**
   * The end that a contestant is.
   *
   * @param text {@code NAME[@VERSION][:KEY=VALUE…]}
   * @throws SettingException when it is not known, or neither it nor a model of it can be run here
   */
  public static Side of(String text) {
    return of(text, new LinkedHashMap<>());
  }

  /**
   * The end that a distribution's library is.
   *
   * @param library that it carries
   */
  public static Side of(Distribution distribution, String library) {
    return of(
        distribution.contestant(library).toString(),
        distribution.find(library).orElseThrow().build());
  }

  private static Side of(String text, SequencedMap<String, String> build) {
    Contestant contestant = Allocators.parse(text);
    return contestant.provider().badge() == Badge.REAL
        ? ofLibrary(contestant, build)
        : ofModel(contestant);
  }

  private static Side ofModel(Contestant model) {
    Optional<Contestant> library =
        model
            .twinOf()
            .map(spec -> Allocators.parse(spec.toString()))
            .filter(found -> found.provider().unavailable().isEmpty())
            .flatMap(found -> LibraryBuild.alike(model, found));
    return new Side(model.toString(), library, Optional.of(model), byReading(model));
  }

  private static Side ofLibrary(Contestant asked, SequencedMap<String, String> build) {
    Optional<String> missing = asked.provider().unavailable();
    Optional<Contestant> library = Optional.of(asked).filter(c -> missing.isEmpty());
    List<String> remarks = new ArrayList<>();
    String number =
        asked.version().orElseGet(() -> Lineage.number(asked.provider().lineage().version()));
    Optional<Contestant> model =
        Allocators.all().stream()
            .filter(provider -> isOf(provider, asked.provider()))
            .findFirst()
            .map(provider -> model(provider, number, asked, library, build, remarks));
    if (missing.isPresent() && model.isEmpty()) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s can be told neither by the library nor by a model of it: %s",
              asked,
              missing.get()));
    }
    if (missing.isPresent()) {
      remarks.addFirst(
          String.format(
              Locale.ROOT,
              "%s is not here: %s stands for it. To have it: heapstakes library add FILE",
              asked,
              model.get()));
    }
    return new Side(asked.toString(), library, model, List.copyOf(remarks));
  }

  private static boolean isOf(AllocatorProvider model, AllocatorProvider library) {
    return model.reference().filter(r -> r.library().equals(library.name())).isPresent();
  }

  private static Contestant model(
      AllocatorProvider family,
      String number,
      Contestant asked,
      Optional<Contestant> library,
      SequencedMap<String, String> build,
      List<String> remarks) {
    String version = family.versions().isEmpty() ? "" : Versions.of(family, number);
    AllocatorProvider provider = version.isEmpty() ? family : family.at(version);
    SequencedMap<String, String> given = new LinkedHashMap<>(asked.settings().given());
    given.putAll(build);
    provider
        .reference()
        .flatMap(Reference::build)
        .ifPresent(key ->
            library
                .flatMap(LibraryBuild::of)
                .filter(built -> !built.equals(stock(provider, key)))
                .ifPresent(built -> given.put(key, built)));
    Contestant model =
        new Contestant(
            provider,
            Optional.of(version).filter(v -> !v.isEmpty()),
            Settings.of(family.name(), provider.settings(), given));
    if (!Versions.isTwinOf(provider, number)) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "%s is not modelled: the rules are those of %s, the nearest that is",
              asked.allocator(),
              model.allocator()));
    }
    remarks.addAll(byReading(model));
    return model;
  }

  private static String stock(AllocatorProvider provider, String key) {
    return provider.settings().stream()
        .filter(setting -> setting.key().equals(key))
        .map(Setting::defaultValue)
        .findFirst()
        .orElse("");
  }

  private static List<String> byReading(Contestant model) {
    return model.badge() == Badge.TWIN
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "%s is %s: it was compared with no library",
                model,
                model.badge().word()));
  }
}
