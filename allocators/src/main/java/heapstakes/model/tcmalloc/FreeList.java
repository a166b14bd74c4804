package heapstakes.model.tcmalloc;

/** One size class in a thread cache: a stack of free objects, and how it has been used of late. */
final class FreeList {
  final int objectBytes;
  long head; // chain of length objects; the last one's link is 0
  int length;
  int lowWater; // least length since the last scavenge
  int maxLength = 1; // slow start: grows with use
  int overages; // times that the length passed maxLength

  FreeList(int objectBytes) {
    this.objectBytes = objectBytes;
  }

  /** One that is always empty and takes nothing: sends every operation the slow way. */
  static FreeList closed() {
    FreeList list = new FreeList(0);
    list.maxLength = 0;
    return list;
  }

  void copyFrom(FreeList parent) {
    head = parent.head;
    length = parent.length;
    lowWater = parent.lowWater;
    maxLength = parent.maxLength;
    overages = parent.overages;
  }
}
