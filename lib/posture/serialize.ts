import type { Posture, PostureHistory, PosturePoint } from "./posture.ts";
import type { PostureHistoryJson, PostureJson, PosturePointJson } from "./schema.ts";

const serializePoint = ({ at, totals }: PosturePoint): PosturePointJson => ({
  at: at.toISOString(),
  hosts: totals?.hosts ?? null,
  online: totals?.online ?? null,
  passing: totals?.passing ?? null,
  failing: totals?.failing ?? null,
  erroring: totals?.erroring ?? null,
  verdict_pass: totals?.verdictPass ?? null,
  verdict_fail: totals?.verdictFail ?? null,
});

export const serializePostureHistory = (history: PostureHistory): PostureHistoryJson => ({
  points: history.points.map(serializePoint),
  step_seconds: history.stepSeconds,
});

export const serializePosture = ({ policiesCount, answers, worst }: Posture): PostureJson => ({
  policies_count: policiesCount,
  answers,
  worst_policies: worst.map(({ teamId, teamName, ...policy }) => ({
    ...policy,
    team_id: teamId,
    team_name: teamName,
  })),
});
