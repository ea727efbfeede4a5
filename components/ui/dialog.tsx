"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { IconButton } from "./icon-button.tsx";
import { useReturnFocus } from "./return-focus.ts";

export const SCRIM_CLASS =
  "fixed inset-0 z-40 bg-scrim animate-fade-in data-[state=closed]:animate-fade-out";

/** Centred; on a phone it is a sheet at the bottom, where thumbs are. */
export const DIALOG_CLASS = cn(
  "fixed inset-x-0 bottom-0 z-50 mx-auto flex max-h-[92dvh] w-full animate-rise-in flex-col",
  "rounded-t-xl border border-line bg-raised text-ink shadow-lg outline-none",
  "sm:top-1/2 sm:bottom-auto sm:max-h-[85dvh] sm:-translate-y-1/2 sm:rounded-xl",
);

const WIDTHS = { sm: "sm:max-w-md", md: "sm:max-w-lg", lg: "sm:max-w-2xl", xl: "sm:max-w-4xl" };

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  size?: keyof typeof WIDTHS;
  children?: ReactNode;
  /** The row of buttons; inside a form, put `DialogFooter` in the form instead. */
  footer?: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, size = "md", children, footer } = props;
  const returnFocus = useReturnFocus(open);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM_CLASS} />
        <Radix.Content
          className={cn(DIALOG_CLASS, WIDTHS[size])}
          onCloseAutoFocus={returnFocus}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <div className="px-5 pt-4 pr-14 pb-3">
            <Radix.Title className="font-semibold text-lg tracking-tight">{title}</Radix.Title>
            {description && (
              <Radix.Description className="mt-1 text-pretty text-muted text-sm">
                {description}
              </Radix.Description>
            )}
          </div>
          {children && <div className="min-h-0 overflow-y-auto px-5 pb-5">{children}</div>}
          {footer && <DialogFooter className="mx-0 mt-0 mb-0">{footer}</DialogFooter>}
          {/* Last in order, so that opening focuses the first field and not this. */}
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

/** Buttons of a dialog, the main one last. Inside the body it spans the dialog's width. */
export function DialogFooter({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div
      className={cn(
        "-mx-5 -mb-5 mt-5 flex flex-col-reverse gap-2 border-line border-t bg-sunken/60 px-5 py-3",
        "sm:flex-row sm:justify-end sm:rounded-b-xl",
        className,
      )}
    >
      {children}
    </div>
  );
}
