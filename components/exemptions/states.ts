export const EXEMPTION_STATES = [
  { value: "live", label: "In force" },
  { value: "ended", label: "Ended" },
] as const;
export type ExemptionState = (typeof EXEMPTION_STATES)[number]["value"];
