package heapstakes.results.gate;

import heapstakes.results.CellKey;
import heapstakes.results.WorkloadNames;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A comparison as JUnit XML, which every CI shows: a test case for each figure of each cell. */
public final class GateJunit {
  private final Comparison comparison;
  private final WorkloadNames names;
  private final XMLStreamWriter xml;

  private GateJunit(Comparison comparison, XMLStreamWriter xml) {
    this.comparison = comparison;
    this.names = comparison.names();
    this.xml = xml;
  }

  /** The whole document. */
  public static String of(Comparison comparison) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      new GateJunit(comparison, xml).write();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing to a string", e);
    }
    return text.toString();
  }

  private void write() throws XMLStreamException {
    List<Finding> findings = comparison.findings();
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "heapstakes compare");
    xml.writeAttribute("tests", Integer.toString(findings.size()));
    xml.writeAttribute("failures", Integer.toString(comparison.failures().size()));
    xml.writeAttribute(
        "skipped", Integer.toString(comparison.those(f -> f.verdict() == Verdict.UNCLEAR).size()));
    xml.writeCharacters("\n");
    for (Finding finding : findings) {
      testcase(finding);
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void testcase(Finding finding) throws XMLStreamException {
    CellKey key = finding.key();
    xml.writeStartElement("testcase");
    xml.writeAttribute(
        "classname", clean(String.format(Locale.ROOT, "%s.%s", names.of(key), key.contestant())));
    xml.writeAttribute(
        "name",
        clean(
            String.format(
                Locale.ROOT,
                "%s (%s, %d thread%s)",
                finding.column().header(),
                key.memory(),
                key.threads(),
                key.threads() == 1 ? "" : "s")));
    if (finding.fails()) {
      outcome("failure", sentence(finding));
    } else if (finding.verdict() == Verdict.UNCLEAR) {
      outcome("skipped", finding.remark());
    } else if (finding.verdict() != Verdict.SAME) {
      xml.writeStartElement("system-out");
      xml.writeCharacters(clean(sentence(finding)));
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeCharacters("\n");
  }

  private void outcome(String element, String message) throws XMLStreamException {
    xml.writeEmptyElement(element);
    xml.writeAttribute("message", clean(message));
  }

  private static String sentence(Finding finding) {
    return String.format(
            Locale.ROOT,
            "%s %s: %s → %s %s %s %s",
            finding.column().header(),
            Wording.verdict(finding),
            Wording.value(finding, finding.base()),
            Wording.value(finding, finding.next()),
            Wording.change(finding),
            Wording.p(finding),
            finding.remark())
        .strip();
  }

  /** Without characters that XML 1.0 does not have. */
  private static String clean(String text) {
    return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
  }
}
