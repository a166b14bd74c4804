package heapstakes.workload.recorded;

/** Redis under a load on loopback. */
public final class RedisProvider extends Recording {
  @Override
  public String name() {
    return "redis";
  }

  @Override
  public String question() {
    return "What does a server under load hold when its data is gone?";
  }

  @Override
  public String summary() {
    return "redis 7.0.15: 130 000 requests of 20 clients, keys replaced and dropped; 4 threads";
  }
}
