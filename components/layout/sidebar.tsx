import Link from "next/link";
import { AccountMenu } from "./account-menu.tsx";
import { Logo } from "./logo.tsx";
import { NavLinks } from "./nav-links.tsx";
import { TeamSwitcher } from "./team-switcher.tsx";

/** The same content serves the fixed sidebar and the sheet of narrow screens. */
export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto p-3">
      <Link
        href="/dashboard"
        onClick={onNavigate}
        aria-label="Muster, dashboard"
        className="mx-1 mt-1 self-start rounded-md"
      >
        <Logo />
      </Link>
      <TeamSwitcher />
      <div className="flex-1">
        <NavLinks onNavigate={onNavigate} />
      </div>
      <AccountMenu onNavigate={onNavigate} />
    </div>
  );
}
