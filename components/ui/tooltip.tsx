"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

export const TooltipProvider = Radix.Provider;

interface TooltipProps extends Omit<ComponentProps<typeof Radix.Trigger>, "content"> {
  content: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
  /** The element that has the tooltip. It must be focusable, or keyboards never see the text. */
  children: ReactNode;
}

export function Tooltip({ content, side = "top", children, ...trigger }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild {...trigger}>
        {children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 animate-fade-in text-balance rounded-sm bg-ink px-2 py-1 text-canvas text-xs shadow-md"
        >
          {content}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
