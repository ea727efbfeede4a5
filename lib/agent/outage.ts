import { errorNumber } from "#db/client.ts";

/** Whether the database is to blame: what MySQL has no number for is the connection's fault. */
export const isOutage = (error: unknown): boolean => (errorNumber(error) ?? -1) < 0;
