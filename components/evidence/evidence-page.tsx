"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { localText } from "#components/history/presets.ts";
import { PageHeader } from "#components/layout/page-header.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { formatDateTime } from "#lib/format.ts";
import { historyLimitsOptions } from "#lib/history/client.ts";
import { apiUrl } from "#lib/http/client.ts";
import { policyTagsOptions } from "#lib/policies/client.ts";
import {
  firstPeriod,
  isCut,
  oldestOf,
  PERIODS,
  type Period,
  periodOf,
  startOf,
} from "./periods.ts";

/** What an auditor asks for: how policies and hosts stood through a period, as files. */
export function EvidencePage() {
  const [teamId] = useTeam();
  const [chosen, setPeriod] = useState<Period>();
  const [tag, setTag] = useState(ALL_TAGS);
  const oldest = oldestOf(useQuery(historyLimitsOptions()).data, new Date());
  const period = chosen ?? firstPeriod(new Date(), oldest);
  const problem = problemOf(period, oldest);
  const query = problem
    ? undefined
    : {
        from: startOf(period, oldest),
        to: new Date(period.to).toISOString(),
        team_id: teamId,
        tag: tag === ALL_TAGS ? undefined : tag,
      };
  return (
    <>
      <PageHeader
        title="Evidence"
        description="How policies and hosts stood through a period, with every edit and every exemption: for audits."
      />
      <div className="grid max-w-4xl gap-6">
        <Card title="Period">
          <div className="flex flex-col gap-4">
            <PeriodButtons onChoose={setPeriod} />
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label="From" hint={isCut(period, oldest) && historyBegins(oldest)}>
                <Input
                  type="datetime-local"
                  step={1}
                  value={period.from}
                  onChange={(event) => setPeriod({ ...period, from: event.target.value })}
                />
              </Field>
              <Field label="Until" error={problem}>
                <Input
                  type="datetime-local"
                  step={1}
                  value={period.to}
                  max={localText(new Date())}
                  onChange={(event) => setPeriod({ ...period, to: event.target.value })}
                />
              </Field>
            </div>
            <TagField tag={tag} teamId={teamId} onChange={setTag} />
          </div>
        </Card>
        <Card title="Files">
          <ul className="divide-y divide-line">
            {FILES.map((file) => (
              <li key={file.title} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
                <div className="min-w-0 flex-1 basis-64">
                  <p className="font-medium text-sm">{file.title}</p>
                  <p className="text-pretty text-muted text-sm">{file.about}</p>
                </div>
                <DownloadButton query={query && { ...query, ...file.query }} title={file.title} />
              </li>
            ))}
          </ul>
        </Card>
      </div>
    </>
  );
}

const ALL_TAGS = "all";

const FILES = [
  {
    title: "Summary",
    about: "A page to read and print: pass rates at both ends and between, revisions, exemptions.",
    query: { format: "html" },
  },
  {
    title: "Answers as CSV",
    about: "A row for each host and policy: the state at the end, and how long it was in each.",
    query: { format: "csv", part: "answers" },
  },
  {
    title: "Revisions as CSV",
    about: "Every edit that was in force, with the SQL, who made it and why.",
    query: { format: "csv", part: "revisions" },
  },
  {
    title: "Exemptions as CSV",
    about: "Who was let off what, why, by whom and until when.",
    query: { format: "csv", part: "exemptions" },
  },
  {
    title: "Verdicts as CSV",
    about: "A row for each host: whether it could pass, and how long it could not.",
    query: { format: "csv", part: "verdicts" },
  },
  {
    title: "Everything as JSON Lines",
    about: "All of the above in one file for programs, an object a line.",
    query: { format: "jsonl" },
  },
] as const;

function problemOf({ from, to }: Period, oldest: string | null): string | undefined {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(start) || Number.isNaN(end)) return "Enter a day and a time for both.";
  if (start >= end) return "It must end after it begins.";
  if (oldest && end <= Date.parse(oldest)) return historyBegins(oldest);
  return undefined;
}

const historyBegins = (oldest: string | null) =>
  `History reaches back to ${formatDateTime(oldest)}.`;

function PeriodButtons({ onChoose }: { onChoose: (period: Period) => void }) {
  return (
    <ul className="flex flex-wrap gap-2">
      {PERIODS.map(({ value, label }) => (
        <li key={value}>
          <Button onClick={() => onChoose(periodOf(value, new Date()))}>{label}</Button>
        </li>
      ))}
    </ul>
  );
}

interface TagFieldProps {
  tag: string;
  teamId: number | null;
  onChange: (tag: string) => void;
}

function TagField({ tag, teamId, onChange }: TagFieldProps) {
  const tags = useQuery(policyTagsOptions(teamId)).data?.tags ?? [];
  const options = [
    { value: ALL_TAGS, label: "All policies" },
    ...tags.map((one) => ({ value: one.tag, label: one.tag })),
  ];
  return (
    <Field
      label="Policies"
      hint="Those of the team in view, and with this tag."
      className="sm:w-1/2"
    >
      <Select value={tag} options={options} onValueChange={onChange} />
    </Field>
  );
}

interface DownloadButtonProps {
  /** undefined: the period is none. */
  query: Parameters<typeof apiUrl>[1];
  title: string;
}

function DownloadButton({ query, title }: DownloadButtonProps) {
  const content = (
    <>
      <Download aria-hidden className="text-muted" />
      Download
    </>
  );
  if (!query) return <Button disabled>{content}</Button>;
  return (
    <Button asChild>
      <a href={apiUrl("/muster/evidence", query)} download aria-label={`Download: ${title}`}>
        {content}
      </a>
    </Button>
  );
}
