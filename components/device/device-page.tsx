"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { Card } from "#components/ui/card.tsx";
import { deviceOptions } from "#lib/device/client.ts";
import { isApiError } from "#lib/http/api-error.ts";
import { CheckAgain } from "./check-again.tsx";
import { DeviceFacts } from "./device-facts.tsx";
import { DeviceHelp } from "./device-help.tsx";
import { DeviceShell } from "./device-shell.tsx";
import { DeviceVerdict } from "./device-verdict.tsx";
import { FailingPolicies } from "./failing-policies.tsx";
import { LinkExpired } from "./link-expired.tsx";
import { OtherPolicies } from "./other-policies.tsx";
import { sortPolicies } from "./words.ts";

/** For the person whose machine it is: how it stands, how to mend it, and to check again. */
export function DevicePage({ token }: { token: string }) {
  const { data, error, refetch, isFetching } = useQuery(deviceOptions(token));
  if (isApiError(error) && error.status === 401) return <LinkExpired />;
  if (!data) {
    return (
      <DeviceShell>
        <h1 className="sr-only">My device</h1>
        {error ? (
          <Card>
            <ErrorState
              title="Your device could not be loaded"
              error={error}
              onRetry={() => refetch()}
              retrying={isFetching}
            />
          </Card>
        ) : (
          <Loading label="Loading your device…" />
        )}
      </DeviceShell>
    );
  }
  const { host } = data;
  const { failing, open, exempt, passing } = sortPolicies(host.policies);
  return (
    <DeviceShell organisation={data.org_name} logoUrl={data.org_logo_url}>
      <DeviceVerdict host={host} organisation={data.org_name}>
        <CheckAgain token={token} host={host} />
      </DeviceVerdict>
      <FailingPolicies policies={failing} />
      <OtherPolicies open={open} exempt={exempt} passing={passing} />
      <DeviceHelp contactUrl={data.org_contact_url} organisation={data.org_name} />
      <DeviceFacts host={host} linkExpiresAt={data.link_expires_at} />
    </DeviceShell>
  );
}
