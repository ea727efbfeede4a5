"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import { config as configureZod } from "zod";
import { isRetryable } from "#lib/http/client.ts";
import { Toaster } from "./ui/toast.tsx";
import { TooltipProvider } from "./ui/tooltip.tsx";
import { useKeptFocus } from "./ui/use-kept-focus.ts";

// Zod would try `new Function` for speed; the content policy refuses it and logs a violation.
configureZod({ jitless: true });

/** Long enough that moving between pages does not refetch, short enough that counts feel live. */
const STALE_MS = 15_000;
const RETRIES_MAX = 2;

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        retry: (failures, error) => failures < RETRIES_MAX && isRetryable(error),
      },
      mutations: { retry: false },
    },
  });
}

export function Providers({ nonce, children }: { nonce?: string; children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  useKeptFocus();
  return (
    <ThemeProvider attribute="class" disableTransitionOnChange nonce={nonce}>
      <QueryClientProvider client={queryClient}>
        <NuqsAdapter>
          <TooltipProvider delayDuration={250} skipDelayDuration={200}>
            {children}
          </TooltipProvider>
        </NuqsAdapter>
        <Toaster />
      </QueryClientProvider>
    </ThemeProvider>
  );
}
