import { SearchX, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Button } from "#components/ui/button.tsx";

interface PoliciesEmptyProps {
  search: string;
  onClear: () => void;
  newHref: string | null;
}

export function PoliciesEmpty({ search, onClear, newHref }: PoliciesEmptyProps) {
  if (search) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No policy matches"
        description={`Nothing is called “${search}”.`}
        actions={<Button onClick={onClear}>Clear search</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<ShieldCheck />}
      title="No policies yet"
      description="A policy is a question in SQL that every host answers with yes or no, such as “Is the disk encrypted?”."
      actions={
        newHref && (
          <Button variant="primary" asChild>
            <Link href={newHref}>New policy</Link>
          </Button>
        )
      }
    />
  );
}
