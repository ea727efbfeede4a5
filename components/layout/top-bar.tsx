"use client";

import { Menu } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Sheet } from "#components/ui/sheet.tsx";
import { Logo } from "./logo.tsx";
import { Sidebar } from "./sidebar.tsx";

/** Below 1024 px this stands for the sidebar. */
export function TopBar() {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center justify-between border-line border-b bg-canvas/90 px-4 backdrop-blur lg:hidden">
      <Link href="/dashboard" aria-label="Muster, dashboard" className="rounded-md">
        <Logo />
      </Link>
      <IconButton label="Open menu" size="lg" onClick={() => setOpen(true)} className="-mr-2">
        <Menu aria-hidden className="size-5" />
      </IconButton>
      <Sheet open={open} onOpenChange={setOpen} title="Menu">
        <Sidebar onNavigate={() => setOpen(false)} />
      </Sheet>
    </header>
  );
}
