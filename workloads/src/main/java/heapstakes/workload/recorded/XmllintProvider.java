package heapstakes.workload.recorded;

/** xmllint on a large document. */
public final class XmllintProvider extends Recording {
  @Override
  public String name() {
    return "xmllint";
  }

  @Override
  public String question() {
    return "What does a tree of many small nodes cost, and is it given back?";
  }

  @Override
  public String summary() {
    return "xmllint 2.9.14: a document of 1 MB parsed, asked by XPath, freed; one thread";
  }
}
