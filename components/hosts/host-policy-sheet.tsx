"use client";

import Link from "next/link";
import { ExemptHost } from "#components/exemptions/exempt-host.tsx";
import { HostTimeline } from "#components/history/host-timeline.tsx";
import { AskHosts } from "#components/policies/ask-hosts.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code.tsx";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { SideSheet } from "#components/ui/side-sheet.tsx";
import { STATES } from "#components/ui/state.ts";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { formatDateTime } from "#lib/format.ts";
import type { HostPolicyJson } from "#lib/hosts/json.ts";

interface HostPolicySheetProps {
  host: { id: number; name: string };
  policy: HostPolicyJson | undefined;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function HostPolicySheet({ host, policy, open, onOpenChange }: HostPolicySheetProps) {
  if (!policy) return null;
  return (
    <SideSheet
      open={open}
      onOpenChange={onOpenChange}
      title={policy.name}
      badges={
        <>
          <StateBadge state={policy.state} />
          {policy.critical && <Badge tone="accent">Critical</Badge>}
        </>
      }
      footer={
        <>
          {!policy.paused_at && (
            <AskHosts policyId={policy.id} hostIds={[host.id]} label="Ask this host now" />
          )}
          <ExemptHost host={host} policy={policy} />
          <Button asChild>
            <Link href={`/policies/${policy.id}`}>Open policy</Link>
          </Button>
        </>
      }
    >
      <div className="space-y-6">
        {policy.description && <p className="text-pretty text-muted">{policy.description}</p>}
        <Standing policy={policy} />
        {policy.exempt && (
          <Banner>
            Exempt, and not kept out because of it, until {formatDateTime(policy.exempt.expires_at)}
            .{" "}
            <Link
              href={`/policies/${policy.id}?tab=exemptions`}
              className="font-medium text-accent-text underline underline-offset-3"
            >
              See why
            </Link>
          </Banner>
        )}
        {policy.paused_at && (
          <Banner>
            Paused <RelativeTime value={policy.paused_at} />: no host is asked, and the results stay
            as they are. It keeps nobody out.
          </Banner>
        )}
        {policy.error && (
          <CodeBlock label="osquery's message" titled wrap>
            {policy.error}
          </CodeBlock>
        )}
        <section aria-label="How to fix it">
          <h3 className="mb-2 font-semibold text-base">How to fix it</h3>
          {policy.resolution ? (
            <Markdown>{policy.resolution}</Markdown>
          ) : (
            <p className="text-muted text-sm">Nobody has written down how to fix this yet.</p>
          )}
        </section>
        <HostTimeline hostId={host.id} policyId={policy.id} />
        <CodeBlock label="Query" titled wrap>
          {policy.query}
        </CodeBlock>
      </div>
    </SideSheet>
  );
}

function Standing({ policy }: { policy: HostPolicyJson }) {
  const { last_response: last, state } = policy;
  return (
    <KeyValues>
      <KeyValue label="Meaning" className="col-span-full">
        {STATES[state].meaning}
      </KeyValue>
      <KeyValue label="In this state since">
        {policy.since && <RelativeTime value={policy.since} />}
      </KeyValue>
      <KeyValue label="Last answer">
        <RelativeTime value={policy.as_of} empty="none yet" />
      </KeyValue>
      {(state === "error" || state === "stale") && last && (
        <KeyValue label="Last pass or fail">{last === "pass" ? "Pass" : "Fail"}</KeyValue>
      )}
      <KeyValue label="Revision">{policy.revision}</KeyValue>
    </KeyValues>
  );
}
