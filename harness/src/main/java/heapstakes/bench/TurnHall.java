package heapstakes.bench;

import heapstakes.bench.TurnLine.Request;
import heapstakes.bench.TurnLine.Round;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The run's end of the lines to its forks, which come in as they are ready. */
final class TurnHall implements AutoCloseable {
  private final Path folder;
  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<UUID, CompletableFuture<Line>> lines = new ConcurrentHashMap<>();

  /** A line to a fork that has come in. */
  static final class Line {
    private final SocketChannel channel;
    private final BufferedReader in;

    private Line(SocketChannel channel, BufferedReader in) {
      this.channel = channel;
      this.in = in;
    }

    /** What came of {@code request}; empty when the fork is gone. */
    Optional<Round> ask(Request request) {
      tell(request);
      try {
        return Optional.ofNullable(in.readLine()).map(Round::parse);
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    /** Says {@code request}, which has no answer; a fork that is gone does not hear it. */
    void tell(Request request) {
      try {
        channel.write(ByteBuffer.wrap(request.line().getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        return; // who waits for an answer learns it
      }
    }
  }

  /** Opens the hall; its socket is in a folder of its own, with a path that is short enough. */
  TurnHall() throws IOException {
    folder = Files.createTempDirectory("hs-turns");
    socket = folder.resolve("s");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().daemon().name("turn-hall").start(this::accept);
  }

  /** Where forks come in. */
  Path socket() {
    return socket;
  }

  /** The line to the fork with that id, as soon as it has come in. */
  CompletableFuture<Line> line(UUID id) {
    return lines.computeIfAbsent(id, unused -> new CompletableFuture<>());
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        line(UUID.fromString(in.readLine())).complete(new Line(channel, in));
      }
    } catch (IOException e) {
      // the hall is closed
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
    Files.deleteIfExists(folder);
  }
}
