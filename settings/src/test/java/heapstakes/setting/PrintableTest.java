package heapstakes.setting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void whatATerminalObeysIsShownInstead() {
    assertThat(Printable.line("\033[31mred\007\n\t\r\u007f\u009b1m\u202eabc\u2028"))
        .isEqualTo("\\u001b[31mred\\u0007\\u000a\\u0009\\u000d\\u007f\\u009b1m\\u202eabc\\u2028");
  }

  @Test
  void linesAndTabsOfATextOfSeveralLinesStay() {
    assertThat(Printable.lines("a\n\tb\r\033c")).isEqualTo("a\n\tb\\u000d\\u001bc");
  }

  @Test
  void lettersOfEveryLanguageStayAsTheyAre() {
    assertThat(Printable.line("größe \\u001b ١٢٣ 漢字 👩‍💻"))
        .isEqualTo("größe \\u001b ١٢٣ 漢字 👩‍💻");
  }
}
