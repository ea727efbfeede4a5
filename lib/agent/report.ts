import type { Answer } from "#lib/membership/status.ts";
import type { Asked } from "./handed.ts";
import type { Details } from "./vitals.ts";

/** What one distributed write says, once parsed. */
export interface Report {
  hostId: number;
  /** Server time, ms. */
  receivedAtMs: number;
  answers: Map<number, Answer>;
  /**
   * What this process had handed to the host by then; not what another did, or it before a restart.
   */
  asked: Asked | undefined;
  /** By label, whether there were rows; null: an error. */
  labels: Map<number, boolean | null>;
  /** Every label that the host is asked for was answered, if only with an error. */
  labelsComplete: boolean;
  details: Details | undefined;
  /** Every detail query of the host's platform was answered, if only with an error. */
  detailsComplete: boolean;
}
