"use client";

import { ErrorState } from "#components/layout/error-state.tsx";

interface ErrorPageProps {
  error: Error & { digest?: string };
  reset: () => void;
}

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorState title="This page could not be shown" error={error} onRetry={reset} />
    </main>
  );
}
