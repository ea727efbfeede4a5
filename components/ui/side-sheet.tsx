"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { SCRIM_CLASS } from "./dialog.tsx";
import { IconButton } from "./icon-button.tsx";
import { useReturnFocus } from "./return-focus.ts";

const PANEL = cn(
  "fixed inset-y-0 right-0 z-50 flex w-full max-w-xl flex-col border-line border-l bg-raised",
  "text-ink shadow-lg outline-none transition-transform duration-200 ease-out",
  "starting:translate-x-full",
);

interface SideSheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** Badges above the title. */
  badges?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}

/** Details of one row beside the list it came from. */
export function SideSheet(props: SideSheetProps) {
  const { open, onOpenChange, title, badges, children, footer } = props;
  const returnFocus = useReturnFocus(open);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM_CLASS} />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className={PANEL}
          // The panel itself, so that its title is read first and no button's tooltip pops up.
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
        >
          <header className="border-line border-b px-5 pt-4 pr-14 pb-4">
            {badges && <div className="mb-2 flex flex-wrap gap-1.5">{badges}</div>}
            <Radix.Title className="break-words font-semibold text-lg tracking-tight">
              {title}
            </Radix.Title>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-5">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-line border-t bg-sunken/60 px-5 py-3">
              {footer}
            </footer>
          )}
          <Radix.Close asChild>
            <IconButton label="Close" size="sm" className="absolute top-3 right-3">
              <X aria-hidden />
            </IconButton>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
