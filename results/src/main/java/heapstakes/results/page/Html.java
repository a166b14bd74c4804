package heapstakes.results.page;

/** HTML as it is written; whatever comes in as text is shown as text. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  /** What stands between the quotes of an attribute, or between tags. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /**
   * Begins an element.
   *
   * @param attributes name, value, name, value; those with an empty value are left out
   */
  Html open(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      if (!attributes[i + 1].isEmpty()) {
        out.append(' ').append(attributes[i]);
        out.append("=\"").append(escape(attributes[i + 1])).append('"');
      }
    }
    out.append('>');
    return this;
  }

  /** Ends an element. */
  Html close(String tag) {
    out.append("</").append(tag).append(">\n");
    return this;
  }

  /** Adds text. */
  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** Adds what is HTML already. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Adds a whole element. */
  Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /** What was written. */
  @Override
  public String toString() {
    return out.toString();
  }
}
