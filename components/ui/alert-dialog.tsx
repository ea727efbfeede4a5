"use client";

import { AlertDialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { DIALOG_CLASS, DialogFooter, SCRIM_CLASS } from "./dialog.tsx";
import { useReturnFocus } from "./return-focus.ts";

interface AlertDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  children?: ReactNode;
  footer: ReactNode;
}

/** Interrupts: a click outside does not close it. `AlertDialogCancel` takes the first focus. */
export function AlertDialog(props: AlertDialogProps) {
  const returnFocus = useReturnFocus(props.open);
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={SCRIM_CLASS} />
        <Radix.Content className={cn(DIALOG_CLASS, "sm:max-w-md")} onCloseAutoFocus={returnFocus}>
          <div className="min-h-0 overflow-y-auto px-5 pt-5 pb-5">
            <Radix.Title className="font-semibold text-lg tracking-tight">
              {props.title}
            </Radix.Title>
            <Radix.Description asChild>
              <div className="mt-1.5 text-pretty text-muted text-sm">{props.description}</div>
            </Radix.Description>
            {props.children}
          </div>
          <DialogFooter className="mx-0 mt-0 mb-0">{props.footer}</DialogFooter>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const AlertDialogCancel = Radix.Cancel;
