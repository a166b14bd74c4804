package heapstakes.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class EmbeddingPageTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", ""));

  @Test
  void theCodeOnThePageIsTheCodeThatIsCompiled() throws IOException {
    String page = Files.readString(MODULE.resolve("../docs/embedding.md"));
    String source =
        Files.readString(MODULE.resolve("src/test/java/heapstakes/embedding/EmbeddingTest.java"));

    assertThat(between(page, "```java\n", "```"))
        .isEqualTo(
            between(source, "shows begins here.\n", "// What docs/embedding.md shows ends here."));
  }

  private static String between(String text, String start, String end) {
    assertThat(text).contains(start);
    int from = text.indexOf(start) + start.length();
    assertThat(text.substring(from)).contains(end);
    return text.substring(from, text.indexOf(end, from));
  }
}
