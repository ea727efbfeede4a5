"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "#components/ui/cn.ts";
import { isCurrent, NAVIGATION, type NavItem } from "./navigation.ts";
import { teamSearch, useTeam } from "./use-team.ts";
import { canRun, isAdmin, useViewer } from "./viewer.ts";

/** `onNavigate` lets the sheet of narrow screens close itself. */
export function NavLinks({ onNavigate }: { onNavigate?: () => void }) {
  const viewer = useViewer();
  return (
    <nav aria-label="Main" className="flex flex-col gap-5">
      {NAVIGATION.map((group) => (
        <ul key={group.label} aria-label={group.label} className="flex flex-col gap-0.5">
          {group.items
            .filter((item) => !item.adminOnly || isAdmin(viewer))
            .filter((item) => !item.runnersOnly || canRun(viewer))
            .filter((item) => !item.globalOnly || viewer?.user.global_role)
            .map((item) => (
              <NavLink key={item.href} item={item} onNavigate={onNavigate} />
            ))}
        </ul>
      ))}
    </nav>
  );
}

function NavLink({ item, onNavigate }: { item: NavItem; onNavigate?: () => void }) {
  const current = isCurrent(item.href, usePathname());
  const [teamId] = useTeam();
  return (
    <li>
      <Link
        href={item.perTeam ? item.href + teamSearch(teamId) : item.href}
        aria-current={current ? "page" : undefined}
        onClick={onNavigate}
        className={cn(
          "flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium text-muted text-sm",
          "transition-colors hover:bg-hover hover:text-ink pointer-coarse:h-11",
          current && "bg-hover text-ink shadow-[inset_0_0_0_1px_var(--line)]",
        )}
      >
        <item.icon aria-hidden className={cn("size-4", current && "text-accent-text")} />
        {item.label}
        {item.badge && <item.badge />}
      </Link>
    </li>
  );
}
