"use client";

import { useMutation } from "@tanstack/react-query";
import { ChevronsUpDown, LogOut, UserRound } from "lucide-react";
import Link from "next/link";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "#components/ui/dropdown-menu.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Avatar } from "./avatar.tsx";
import { signOut } from "./sign-out.ts";
import { ThemeItems } from "./theme-items.tsx";
import { useViewer } from "./viewer.ts";

export function AccountMenu({ onNavigate }: { onNavigate?: () => void }) {
  const viewer = useViewer();
  const leave = useMutation({ mutationFn: signOut });
  if (!viewer) return <Skeleton className="h-11 w-full rounded-md" />;
  const { name, email } = viewer.user;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className="flex w-full items-center gap-2.5 rounded-md p-1.5 text-left transition-colors hover:bg-hover data-[state=open]:bg-hover">
        <Avatar name={name || email} />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium text-ink text-sm leading-tight">{name}</span>
          <span className="block truncate text-muted text-xs">{email}</span>
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 text-muted" />
        <span className="sr-only">Account menu</span>
      </DropdownMenuTrigger>
      <DropdownMenuContent
        align="start"
        side="top"
        className="w-(--radix-dropdown-menu-trigger-width) min-w-52"
      >
        <DropdownMenuItem asChild onSelect={onNavigate}>
          <Link href="/account">
            <UserRound aria-hidden />
            Account
          </Link>
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <ThemeItems />
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => leave.mutate()}>
          <LogOut aria-hidden />
          Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
