/**
 * The database's time. Whether an answer came after a refetch, or to which SQL, is decided by
 * comparing times that several servers wrote; their own clocks may differ by more than a check-in.
 */
export class ServerClock {
  private offsetMs = 0;

  /** Milliseconds since 1970. */
  readonly nowMs = (): number => Date.now() + this.offsetMs;

  /** Takes over the database's time, read between the two local times. */
  adjust(databaseMs: number, beforeMs: number, afterMs: number): void {
    this.offsetMs = Math.round(databaseMs - (beforeMs + afterMs) / 2);
  }
}
