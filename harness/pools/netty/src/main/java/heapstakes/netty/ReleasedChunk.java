package heapstakes.netty;

import heapstakes.os.ReturnKind;

/** How a pool's memory goes back: all of a chunk at once. */
enum ReleasedChunk implements ReturnKind {
  /** Pages of a chunk that were gone when it had been released. */
  CHUNK;

  @Override
  public String word() {
    return "chunk";
  }
}
