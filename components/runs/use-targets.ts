"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { targetCountOptions } from "#lib/runs/client.ts";
import type { RunKind } from "#lib/runs/outcome.ts";
import type { RunTargetsInput } from "#lib/runs/schema.ts";
import { FIRST_CHOICE, targetsOf } from "./target-choice.ts";

export interface RunSubject {
  query: string;
  kind: RunKind;
  /** The policy that is edited, if there is one. */
  policyId?: number;
  /** A policy's team, and its platforms as a comma list: what a sample is taken of. */
  teamId?: number | null;
  platform?: string | null;
}

type Platforms = NonNullable<RunTargetsInput["platforms"]>;

/** The hosts a person chooses, and how many those are. */
export function useTargets({ teamId = null, platform = "" }: RunSubject) {
  const [choice, setChoice] = useState(FIRST_CHOICE);
  const platforms = !platform ? [] : (platform.split(",") as Platforms);
  const chosen = targetsOf(choice, teamId, platforms);
  const { data: count, isError } = useQuery({
    ...targetCountOptions(chosen ?? {}),
    enabled: chosen !== null,
  });
  return { choice, setChoice, chosen, count: chosen ? count : undefined, uncounted: isError };
}
