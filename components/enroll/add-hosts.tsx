"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { canWrite, useViewer, type Viewer } from "#components/layout/viewer.ts";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { secretListOptions } from "#lib/enroll-secrets/client.ts";
import { enrollmentOptions } from "#lib/enrollment/client.ts";
import { Arrivals } from "./arrivals.tsx";
import { ConnectCard } from "./connect-card.tsx";
import { NoRight } from "./no-right.tsx";
import { SecretsCard } from "./secrets-card.tsx";
import { ServerBanner } from "./server-banner.tsx";

const NO_TEAM = "none";

export function AddHosts() {
  const viewer = useViewer();
  const [teamId, setTeamId] = useTeam();
  if (!viewer) return <Loading />;
  const options = ownersOf(viewer);
  // The URL may name nothing, or a team whose secret this person may not see.
  const wanted = teamId ? String(teamId) : NO_TEAM;
  const value = options.find((option) => option.value === wanted)?.value ?? options[0]?.value;
  return (
    <>
      <PageHeader
        title="Add hosts"
        description="Install osquery on a machine, give it these files, and it joins by itself."
        breadcrumbs={[{ label: "Hosts", href: "/hosts" }]}
      />
      {value === undefined ? (
        <NoRight />
      ) : (
        <>
          <Card>
            <Field
              label="Which team do the hosts join?"
              hint="The secret decides it. Hosts can be moved to another team later."
              className="max-w-sm"
            >
              <Select
                options={options}
                value={value}
                onValueChange={(next) => setTeamId(next === NO_TEAM ? null : Number(next))}
              />
            </Field>
          </Card>
          <Steps key={value} owner={value === NO_TEAM ? null : Number(value)} />
        </>
      )}
    </>
  );
}

function ownersOf(viewer: Viewer) {
  const teams = viewer.available_teams
    .filter((team) => team.id > 0 && canWrite(viewer, team.id))
    .map((team) => ({ value: String(team.id), label: team.name }));
  const none = { value: NO_TEAM, label: "No team" };
  return canWrite(viewer, null) ? [none, ...teams] : teams;
}

function Steps({ owner }: { owner: number | null }) {
  const enrollment = useQuery(enrollmentOptions());
  const secrets = useQuery(secretListOptions(owner));
  const secret = secrets.data?.find((one) => !one.expires_at)?.secret;
  if (enrollment.isError) {
    return (
      <ErrorState
        title="The server's address could not be loaded"
        error={enrollment.error}
        onRetry={() => enrollment.refetch()}
      />
    );
  }
  return (
    <>
      <SecretsCard owner={owner} />
      {enrollment.data && (
        <>
          <ServerBanner serverUrl={enrollment.data.server_url} />
          {secret && (
            <ConnectCard
              target={{
                serverUrl: enrollment.data.server_url,
                caCertificate: enrollment.data.ca_certificate,
                secret,
              }}
            />
          )}
        </>
      )}
      <Arrivals owner={owner} />
    </>
  );
}
