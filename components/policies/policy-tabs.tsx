"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useRef } from "react";
import { PolicyExemptions } from "#components/exemptions/policy-exemptions.tsx";
import { PolicyHistory, PolicyRuns } from "#components/history/policy-history.tsx";
import { Tab, Tabs, TabsContent, TabsList } from "#components/ui/tabs.tsx";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { PolicyEditor } from "./policy-editor.tsx";
import { PolicyOverview } from "./policy-overview.tsx";
import { PolicyRevisions } from "./policy-revisions.tsx";

const TABS = ["overview", "edit", "history", "runs", "exemptions", "revisions"] as const;
type TabName = (typeof TABS)[number];

/** The parts of a policy's page; which one is in view is in the URL. */
export function PolicyTabs({ policy, mayEdit }: { policy: PolicyJson; mayEdit: boolean }) {
  const [wanted, setTab] = useQueryState("tab", parseAsStringLiteral(TABS));
  const tab: TabName = wanted === null || (wanted === "edit" && !mayEdit) ? "overview" : wanted;
  // Once opened the form stays, so that a look at another tab loses nothing that was typed.
  const opened = useRef(false);
  opened.current ||= tab === "edit";
  return (
    <Tabs
      value={tab}
      onValueChange={(next) => setTab(next === "overview" ? null : (next as TabName))}
    >
      <TabsList aria-label="Parts of the policy" className="mb-5">
        <Tab value="overview">Overview</Tab>
        {mayEdit && <Tab value="edit">Edit</Tab>}
        <Tab value="history">History</Tab>
        <Tab value="runs">Errors and cost</Tab>
        <Tab value="exemptions" count={policy.exempt_host_count || undefined}>
          Exemptions
        </Tab>
        <Tab value="revisions" count={policy.version}>
          Revisions
        </Tab>
      </TabsList>
      <TabsContent value="overview">
        <PolicyOverview policy={policy} />
      </TabsContent>
      {mayEdit && (
        <TabsContent
          value="edit"
          forceMount={opened.current || undefined}
          className="data-[state=inactive]:hidden"
        >
          <PolicyEditor policy={policy} />
        </TabsContent>
      )}
      <TabsContent value="history">
        <PolicyHistory policy={policy} />
      </TabsContent>
      <TabsContent value="runs">
        <PolicyRuns policy={policy} />
      </TabsContent>
      <TabsContent value="exemptions">
        <PolicyExemptions policy={policy} />
      </TabsContent>
      <TabsContent value="revisions">
        <PolicyRevisions policy={policy} mayEdit={mayEdit} />
      </TabsContent>
    </Tabs>
  );
}
