"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { type Crumb, PageHeader } from "#components/layout/page-header.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { isApiError } from "#lib/http/api-error.ts";
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
  /** While what is shown is of another moment; lists say it of their rows themselves. */
  busy?: boolean;
  children: ReactNode;
}

/** A page of the past: what moment it is, or why nobody knows. */
export function ThenFrame<T>({ asOf, what, result, children, ...props }: ThenFrameProps<T>) {
  const { busy, ...header } = props;
  const dim = cn("transition-opacity", busy && "opacity-60");
  return (
    <>
      <div className={dim}>
        <PageHeader {...header} />
      </div>
      <AsOfBanner what={what} asOf={asOf} />
      {result.isError ? (
        <Card>
          <ErrorState
            title={failureOf(what, result.error)}
            error={result.error}
            onRetry={() => result.refetch()}
            retrying={result.isFetching}
          />
        </Card>
      ) : busy === undefined ? (
        children
      ) : (
        <div aria-busy={busy} className={cn("flex flex-col gap-6", dim)}>
          {children}
        </div>
      )}
    </>
  );
}

/** 400: a moment before history began; 404: one before the thing was made. */
function failureOf(what: string, error: unknown): string {
  if (isApiError(error) && (error.status === 400 || error.status === 404)) {
    return `Nothing is known of ${what} at that moment`;
  }
  return `${what[0]?.toUpperCase()}${what.slice(1)} could not be loaded`;
}
