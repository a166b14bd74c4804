package heapstakes.results.page;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Chromium without a window, steered by chromedriver over the W3C's WebDriver protocol. */
final class Browser implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String STARTED = "on port ";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String address;
  private final String session;

  private Browser(Process driver, int port) {
    this.driver = driver;
    this.address = "http://localhost:" + port;
    this.session =
        post(
                "/session",
                Map.of(
                    "capabilities",
                    Map.of(
                        "alwaysMatch",
                        Map.of(
                            "goog:loggingPrefs",
                            Map.of("browser", "ALL"),
                            "goog:chromeOptions",
                            Map.of(
                                "args",
                                List.of(
                                    "--headless=new",
                                    "--no-sandbox",
                                    "--disable-dev-shm-usage",
                                    "--disable-gpu"))))))
            .path("sessionId")
            .asString();
  }

  /** Where chromedriver is, if it is installed. */
  static Optional<Path> driver() {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, "chromedriver"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Browser open(Path driver) throws IOException {
    Process process =
        new ProcessBuilder(driver.toString(), "--port=0").redirectErrorStream(true).start();
    for (String line; (line = process.inputReader().readLine()) != null; ) {
      int at = line.lastIndexOf(STARTED);
      if (line.contains("started successfully") && at >= 0) {
        String port = line.substring(at + STARTED.length()).replaceAll("[^0-9]", "");
        return new Browser(process, Integer.parseInt(port));
      }
    }
    throw new IOException("chromedriver ended before it had a port");
  }

  void go(Path page) {
    command("/url", Map.of("url", page.toUri().toString()));
  }

  /** Sets what the page sees; a window is never narrower than 500 pixels. */
  void resize(int width, int height) {
    command(
        "/goog/cdp/execute",
        Map.of(
            "cmd",
            "Emulation.setDeviceMetricsOverride",
            "params",
            Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false)));
  }

  /** What a script's {@code return} gives. */
  JsonNode run(String script) {
    return command("/execute/sync", Map.of("script", script, "args", List.of()));
  }

  void click(String selector) {
    command(String.format(Locale.ROOT, "/element/%s/click", find(selector)), Map.of());
  }

  void type(String selector, String keys) {
    command(String.format(Locale.ROOT, "/element/%s/value", find(selector)), Map.of("text", keys));
  }

  private String find(String selector) {
    return command("/element", Map.of("using", "css selector", "value", selector))
        .iterator()
        .next()
        .asString();
  }

  /** What the browser complained of since the last call. */
  List<String> console() {
    List<String> lines = new ArrayList<>();
    command("/se/log", Map.of("type", "browser"))
        .forEach(entry -> lines.add(entry.path("message").asString()));
    return lines;
  }

  private JsonNode command(String path, Map<String, ?> body) {
    return post("/session/" + session + path, body);
  }

  private JsonNode post(String path, Map<String, ?> body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      JsonNode value = MAPPER.readTree(response.body()).path("value");
      if (response.statusCode() != 200) {
        throw new AssertionError(path + ": " + value.path("message").asString());
      }
      return value;
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(path, e);
    }
  }

  /** Ends chromedriver and its Chromium. */
  @Override
  public void close() {
    driver.descendants().forEach(ProcessHandle::destroy);
    driver.destroy();
    http.close();
  }
}
