"use client";

import { Play } from "lucide-react";
import { useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { plural } from "#lib/format.ts";
import { RunResults } from "./run-results.tsx";
import { TargetField } from "./target-field.tsx";
import type { RunControl } from "./use-run.ts";

/** Runs a query on hosts, now, and shows what they answer. */
export function RunPanel({ control }: { control: RunControl }) {
  const viewer = useViewer();
  const { subject, runId, progress, isOther } = control;
  if (!viewer) return null;
  const isPolicy = subject.kind === "policy";
  return (
    <Card
      title={isPolicy ? "Run before saving" : "Hosts"}
      description={
        isPolicy ? "The policy is not changed by it, and no automation fires." : undefined
      }
    >
      <div className="space-y-4">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <TargetField viewer={viewer} choice={control.choice} onChange={control.setChoice} />
          <RunButton control={control} />
        </div>
        <p className="text-muted text-sm">{countText(control)}</p>
        {isPolicy && (
          <ChoiceLabel
            label="Keep these answers as the policy’s first"
            hint="When what you save is what was run, hosts that answered are not asked again for it."
            control={
              <Checkbox
                checked={control.keeps}
                onCheckedChange={(on) => control.setKeeps(on === true)}
              />
            }
          />
        )}
        {runId !== null && (
          <div className="border-line border-t pt-4">
            {isOther && progress.run && (
              <p className="mb-3 text-error text-sm">
                The query was changed since. These are answers to the one before.
              </p>
            )}
            <RunResults key={runId} runId={runId} progress={progress} onAgain={progress.again} />
          </div>
        )}
      </div>
    </Card>
  );
}

function RunButton({ control }: { control: RunControl }) {
  const isBlank = control.subject.query.trim() === "";
  const isNobody = control.chosen === null || control.count?.hosts === 0;
  return (
    <Button
      variant={control.subject.kind === "policy" ? "secondary" : "primary"}
      onClick={control.run}
      loading={control.starting}
      disabled={isBlank || isNobody}
      title="Ctrl+Enter in the editor"
    >
      <Play aria-hidden />
      {control.runId === null ? "Run" : "Run again"}
    </Button>
  );
}

function countText({ chosen, count, uncounted }: RunControl): string {
  if (chosen === null) return "Choose whom to ask.";
  if (!count) return uncounted ? "The hosts could not be counted." : "Counting hosts…";
  if (count.hosts === 0)
    return "No host in contact fits. A sample is taken of hosts that are online.";
  if (count.offline === 0) return `${plural(count.hosts, "host")}, all online.`;
  return `${plural(count.hosts, "host")}: ${count.online} online, ${count.offline} offline. Those that are offline are asked if they come back within ten minutes.`;
}
