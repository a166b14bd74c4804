package heapstakes.setting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "=cmd()",
        "+1+cmd()",
        "-2*3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "'=x",
        "''=x",
        "-",
        "=",
        "-x.hst"
      })
  void whatASpreadsheetWouldRunHasAnApostropheBeforeItAndComesBack(String text) {
    assertThat(Printable.cell(text)).isEqualTo("'" + text);
    assertThat(Printable.ofCell("'" + text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a=b", "-1", "+2.5", "-1.5e-7", "'", "'x", "jq", "1-2"})
  void otherCellsStayAsTheyAre(String text) {
    assertThat(Printable.cell(text)).isEqualTo(text);
    assertThat(Printable.ofCell(text)).isEqualTo(text);
  }

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
