"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { targetCountOptions } from "#lib/runs/client.ts";
import type { RunTargetsInput } from "#lib/runs/schema.ts";
import { FIRST_CHOICE, targetsOf } from "./target-choice.ts";
import type { RunSubject } from "./use-run.ts";

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
