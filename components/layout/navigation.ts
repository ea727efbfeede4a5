import {
  Activity,
  FileCheck,
  LayoutDashboard,
  type LucideIcon,
  MonitorSmartphone,
  Settings,
  ShieldCheck,
  ShieldMinus,
  SquareTerminal,
  Tags,
  Users,
  UsersRound,
} from "lucide-react";
import type { ComponentType } from "react";
import { EndingBadge } from "#components/exemptions/ending.tsx";

export interface NavItem {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Shows one team's part when a team is chosen, so its link carries `team_id` along. */
  perTeam?: boolean;
  /** About every team, so the API refuses people who belong to some. */
  globalOnly?: boolean;
  /** Only those with a global admin role can do anything there. */
  adminOnly?: boolean;
  /** Only those who may run queries on some host. */
  runnersOnly?: boolean;
  /** What waits there, at the end of the entry. */
  badge?: ComponentType;
}

export const NAVIGATION: { label: string; items: NavItem[] }[] = [
  {
    label: "Fleet",
    items: [
      { href: "/dashboard", label: "Dashboard", icon: LayoutDashboard, perTeam: true },
      { href: "/hosts", label: "Hosts", icon: MonitorSmartphone, perTeam: true },
      { href: "/policies", label: "Policies", icon: ShieldCheck, perTeam: true },
      {
        href: "/exemptions",
        label: "Exemptions",
        icon: ShieldMinus,
        perTeam: true,
        badge: EndingBadge,
      },
      { href: "/queries/run", label: "Live query", icon: SquareTerminal, runnersOnly: true },
      { href: "/labels", label: "Labels", icon: Tags },
      { href: "/evidence", label: "Evidence", icon: FileCheck, perTeam: true },
      { href: "/activity", label: "Activity", icon: Activity, globalOnly: true },
    ],
  },
  {
    label: "Administration",
    items: [
      { href: "/teams", label: "Teams", icon: UsersRound },
      { href: "/users", label: "Users", icon: Users, adminOnly: true },
      { href: "/settings", label: "Settings", icon: Settings, adminOnly: true },
    ],
  },
];

export function isCurrent(href: string, pathname: string): boolean {
  return pathname === href || pathname.startsWith(`${href}/`);
}
