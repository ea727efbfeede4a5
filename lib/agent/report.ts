import type { Answer } from "#lib/membership/status.ts";
import type { Details } from "./vitals.ts";

/** What one distributed write says, once parsed. */
export interface Report {
  hostId: number;
  /** Server time, ms. */
  receivedAtMs: number;
  answers: Map<number, Answer>;
  /**
   * The policies revision these answers were asked from, when this process did the asking;
   * undefined when another did, or before a restart.
   */
  askedRevision: number | undefined;
  details: Details | undefined;
  /** Every detail query of the host's platform was answered, if only with an error. */
  detailsComplete: boolean;
}
