/**
 * The database's time. Whether an answer came after a refetch, or to which SQL, is decided by
 * comparing times that several servers wrote; their own clocks may differ by more than a check-in,
 * and jump. So this goes on by performance.now(), which nobody sets.
 */
export class ServerClock {
  private offsetMs = Date.now() - performance.now();
  private isSet = false;

  /** Milliseconds since 1970. */
  readonly nowMs = (): number => Math.round(performance.now() + this.offsetMs);

  /**
   * Takes over the database's time, read between two moments of performance.now(). It was then, and
   * nobody knows when in between: a reading that took long moves a clock that may be right as
   * little as possible. Half the way would put it seconds off after a database that hung.
   */
  adjust(databaseMs: number, beforeMs: number, afterMs: number): void {
    const [least, most] = [databaseMs - afterMs, databaseMs - beforeMs];
    if (this.isSet) this.offsetMs = Math.min(Math.max(this.offsetMs, least), most);
    else this.offsetMs = (least + most) / 2;
    this.isSet = true;
  }
}
