"use client";

import { Clock } from "lucide-react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { useAsOf } from "./use-as-of.ts";

interface NoPastProps {
  title: string;
  /** What is asked for, at the beginning of a sentence. */
  what: string;
  reason: string;
  /** What can be seen as it was. */
  instead?: { label: string; onClick: () => void };
}

/** A moment in the address of something that is known as it is alone: saying so, instead of showing now. */
export function NoPast({ title, what, reason, instead }: NoPastProps) {
  const [, look] = useAsOf();
  return (
    <>
      <PageHeader title={title} />
      <Card>
        <EmptyState
          icon={<Clock />}
          title={`${what} is of now`}
          description={reason}
          actions={
            <>
              <Button variant="primary" onClick={() => look(null)}>
                Back to now
              </Button>
              {instead && <Button onClick={instead.onClick}>{instead.label}</Button>}
            </>
          }
        />
      </Card>
    </>
  );
}
