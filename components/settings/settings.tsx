"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "#components/layout/error-state.tsx";
import { EditedElsewhere, useRepositoryUrl } from "#components/layout/gitops.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { isAdmin, useViewer } from "#components/layout/viewer.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Card } from "#components/ui/card.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { configOptions, settingsOptions } from "#lib/settings/client.ts";
import { ActivitiesWebhookCard } from "./activities-webhook-card.tsx";
import { AgentOptionsCard } from "./agent-options-card.tsx";
import { AttestationForm } from "./attestation-form.tsx";
import { AutomationsForm } from "./automations-form.tsx";
import { GitopsForm } from "./gitops-form.tsx";
import { HistoryForm } from "./history-form.tsx";
import { OrganisationForm } from "./organisation-form.tsx";

export function Settings() {
  const viewer = useViewer();
  const settings = useQuery(settingsOptions());
  const config = useQuery(configOptions());
  const mayEdit = isAdmin(viewer);
  const editable = useRepositoryUrl() === null && mayEdit;
  const failed = settings.isError ? settings : config;
  return (
    <>
      <PageHeader title="Settings" description="They hold for every team." />
      {viewer && !mayEdit && (
        <Banner title="You can look at the settings">Global admins can change them.</Banner>
      )}
      <EditedElsewhere teamId={null} what="All settings but GitOps mode are" />
      {failed.isError ? (
        <Card>
          <ErrorState
            title="The settings could not be loaded"
            error={failed.error}
            onRetry={() => failed.refetch()}
            retrying={failed.isFetching}
          />
        </Card>
      ) : !settings.data || !config.data || !viewer ? (
        <Placeholder />
      ) : (
        <div className="grid max-w-4xl gap-6">
          <OrganisationForm settings={settings.data.settings} editable={editable} />
          <AttestationForm settings={settings.data.settings} editable={editable} />
          <GitopsForm settings={settings.data.settings} editable={mayEdit} />
          <HistoryForm settings={settings.data.settings} editable={editable} />
          <AutomationsForm settings={settings.data.settings} editable={editable} />
          <ActivitiesWebhookCard
            webhook={config.data.webhook_settings.activities_webhook}
            editable={editable}
            maySend={mayEdit}
          />
          {config.data.agent_options && (
            <AgentOptionsCard options={config.data.agent_options} editable={editable} />
          )}
        </div>
      )}
    </>
  );
}

function Placeholder() {
  return (
    <div role="status" className="grid max-w-4xl gap-6">
      <span className="sr-only">Loading…</span>
      {["Organisation", "Attestation", "GitOps mode", "Agent options"].map((title) => (
        <Card key={title} title={title}>
          <SkeletonText lines={4} />
        </Card>
      ))}
    </div>
  );
}
