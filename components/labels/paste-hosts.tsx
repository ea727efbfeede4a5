"use client";

import { useState } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { plural } from "#lib/format.ts";
import { errorMessage } from "#lib/http/api-error.ts";
import { useFindHosts } from "#lib/labels/client.ts";
import type { FoundHosts } from "#lib/labels/schema.ts";

interface PasteHostsProps {
  onFound: (hosts: FoundHosts["hosts"]) => void;
}

const namesIn = (text: string) =>
  text
    .split(/[\n,;\t]/)
    .map((name) => name.trim())
    .filter(Boolean);

/** A list from a spreadsheet or a ticket. What is found is added, what is not is told and kept. */
export function PasteHosts({ onFound }: PasteHostsProps) {
  const [text, setText] = useState("");
  const find = useFindHosts();

  async function add() {
    const report = await find.mutateAsync(namesIn(text)).catch(() => undefined);
    if (!report) return;
    onFound(report.hosts);
    setText([...report.not_found, ...report.ambiguous].join("\n"));
  }

  return (
    <div className="space-y-2">
      <Field
        label="Paste a list"
        optional
        hint="Host names, serial numbers or UUIDs, one a line or between commas."
      >
        <Textarea rows={3} value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      <Button onClick={add} loading={find.isPending} disabled={namesIn(text).length === 0}>
        Find and add
      </Button>
      {find.isError && <Banner tone="fail">{errorMessage(find.error)}</Banner>}
      {find.data && <Report report={find.data} />}
    </div>
  );
}

function Report({ report }: { report: FoundHosts }) {
  const { hosts, not_found: missing, ambiguous } = report;
  const problems = [
    missing.length > 0 && `Not found: ${missing.join(", ")}.`,
    ambiguous.length > 0 &&
      `Names of several hosts, so use their serial numbers: ${ambiguous.join(", ")}.`,
  ].filter(Boolean);
  return (
    <Banner
      tone={problems.length > 0 ? "warning" : "pass"}
      title={`${plural(hosts.length, "host")} added`}
    >
      {problems.join(" ")}
    </Banner>
  );
}
