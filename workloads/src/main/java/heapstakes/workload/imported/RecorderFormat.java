package heapstakes.workload.imported;

import heapstakes.trace.format.TraceFormat;
import heapstakes.trace.format.TraceSink;
import heapstakes.trace.io.LineReader;

/** What the recorder of {@code trace record} writes while a program runs: {@link RecorderFile}. */
public final class RecorderFormat implements TraceFormat {
  @Override
  public String name() {
    return "recorder";
  }

  @Override
  public String summary() {
    return "what trace record leaves behind when it is killed: FOLDER/PROCESS.IMAGE.raw";
  }

  @Override
  public boolean recognises(byte[] head) {
    return RecorderFile.recognises(head);
  }

  @Override
  public void read(LineReader lines, TraceSink sink) {
    try (RecorderFile file = RecorderFile.of(lines)) {
      if (file.isSampled()) {
        throw file.malformed(
            "it is a sample, and no trace: 'trace sample recorder:FILE OUT.hss' takes it");
      }
      new RecorderReader(file, sink).read();
    }
  }
}
