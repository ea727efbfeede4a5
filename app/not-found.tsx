import { Compass } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Button } from "#components/ui/button.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={<Compass />}
        title="There is nothing here"
        description="The address is wrong, or what it named has been deleted or moved out of your sight."
        actions={
          <Button asChild variant="primary">
            <Link href="/dashboard">Go to the dashboard</Link>
          </Button>
        }
      />
    </main>
  );
}
