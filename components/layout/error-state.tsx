"use client";

import { CloudOff, Lock, RotateCw, SearchX, TriangleAlert } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { errorMessage, isApiError } from "#lib/http/api-error.ts";
import { EmptyState } from "./empty-state.tsx";

interface ErrorStateProps {
  /** What could not be done: "The hosts could not be loaded". */
  title: string;
  error: unknown;
  onRetry?: () => void;
  retrying?: boolean;
  className?: string;
}

export function ErrorState({ title, error, onRetry, retrying, className }: ErrorStateProps) {
  const status = isApiError(error) ? error.status : undefined;
  const Icon = iconFor(status);
  return (
    <div role="alert" className={className}>
      <EmptyState
        icon={<Icon />}
        title={title}
        description={
          <>
            <p>{errorMessage(error)}</p>
            {isApiError(error) && error.requestId && (
              <p className="mt-2 text-xs">
                Reference <Code>{error.requestId}</Code>
              </p>
            )}
          </>
        }
        actions={
          // What is not there will not be there on a second look either.
          onRetry &&
          status !== 404 && (
            <Button onClick={onRetry} loading={retrying}>
              <RotateCw aria-hidden />
              Try again
            </Button>
          )
        }
      />
    </div>
  );
}

function iconFor(status: number | undefined) {
  if (status === 0) return CloudOff;
  if (status === 403) return Lock;
  return status === 404 ? SearchX : TriangleAlert;
}
