import type { ReactNode } from "react";
import { Sidebar } from "./sidebar.tsx";
import { SkipLink } from "./skip-link.tsx";
import { TopBar } from "./top-bar.tsx";

export function AppShell({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
      <SkipLink />
      <aside
        aria-label="Navigation"
        className="sticky top-0 hidden h-dvh border-line border-r bg-sunken/60 lg:block"
      >
        <Sidebar />
      </aside>
      <TopBar />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto flex w-full min-w-0 max-w-7xl flex-col gap-6 px-4 py-6 outline-none sm:px-6 lg:px-8 lg:py-8"
      >
        {children}
      </main>
    </div>
  );
}
