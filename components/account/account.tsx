"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "#components/layout/error-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { ThemeSwitch } from "#components/layout/theme-switch.tsx";
import { Card } from "#components/ui/card.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { meOptions } from "#lib/users/client.ts";
import { PasswordCard } from "./password-card.tsx";
import { ProfileCard } from "./profile-card.tsx";
import { SessionsCard } from "./sessions-card.tsx";
import { TokensCard } from "./tokens-card.tsx";

export function Account() {
  const me = useQuery(meOptions());
  return (
    <>
      <PageHeader title="Account" description={me.data?.user.email} />
      <div className="grid max-w-4xl gap-6">
        {me.isError && !me.data ? (
          <Card>
            <ErrorState
              title="Your account could not be loaded"
              error={me.error}
              onRetry={() => me.refetch()}
              retrying={me.isFetching}
            />
          </Card>
        ) : me.data ? (
          <ProfileCard user={me.data.user} />
        ) : (
          <Card title="Profile">
            <SkeletonText lines={3} />
          </Card>
        )}
        <PasswordCard />
        <SessionsCard />
        <TokensCard />
        <Card title="Appearance" description="Kept in this browser.">
          <ThemeSwitch />
        </Card>
      </div>
    </>
  );
}
