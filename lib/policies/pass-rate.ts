/** Passing among those that passed or failed, 0 to 1; null when none did. */
export function passRate({ passing, failing }: { passing: number; failing: number }) {
  const answered = passing + failing;
  return answered === 0 ? null : passing / answered;
}
