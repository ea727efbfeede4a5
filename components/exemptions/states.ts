export const EXEMPTION_STATES = [
  { value: "live", label: "In force" },
  { value: "ending", label: "End soon" },
  { value: "ended", label: "Ended" },
] as const;
export type ShownState = (typeof EXEMPTION_STATES)[number]["value"];

export const EMPTY_TITLES: Record<ShownState, string> = {
  live: "Nobody is exempt",
  ending: "No exemption ends within a week",
  ended: "No exemption has ended",
};
