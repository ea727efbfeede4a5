"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { type Crumb, PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { AsOfBanner } from "./as-of-banner.tsx";

interface ThenFrameProps<T> {
  title: ReactNode;
  description?: ReactNode;
  breadcrumbs?: readonly Crumb[];
  badges?: ReactNode;
  asOf: string;
  /** What is looked at, in the banner: "the policies". */
  what: string;
  result: UseQueryResult<T>;
  children: ReactNode;
}

/** A page of the past: what moment it is, or why nobody knows. */
export function ThenFrame<T>({ asOf, what, result, children, ...header }: ThenFrameProps<T>) {
  return (
    <>
      <PageHeader {...header} />
      <AsOfBanner what={what} asOf={asOf} />
      {result.isError ? (
        <Card>
          <ErrorState
            title={`Nothing is known of ${what} at that moment`}
            error={result.error}
            onRetry={() => result.refetch()}
            retrying={result.isFetching}
          />
        </Card>
      ) : (
        children
      )}
    </>
  );
}
