"use client";

import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";
import { cn } from "./cn.ts";
import { Tooltip } from "./tooltip.tsx";

const SQUARES = { sm: "size-7", md: "size-8", lg: "size-10" } as const;

interface IconButtonProps extends Omit<ButtonProps, "aria-label" | "title"> {
  /** The button's name; also its tooltip. */
  label: string;
  children: ReactNode;
}

/** A square button with an icon. `ref` and trigger props pass through, so Radix can wrap it. */
export function IconButton(props: IconButtonProps) {
  const { label, size = "md", variant = "ghost", className, ...rest } = props;
  return (
    <Tooltip content={label}>
      <Button
        {...rest}
        aria-label={label}
        size={size}
        variant={variant}
        className={cn(SQUARES[size], "px-0 pointer-coarse:size-10", className)}
      />
    </Tooltip>
  );
}
