"use client";

import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { CopyButton } from "./copy-button.tsx";

interface CodeBlockProps {
  children: string;
  /** What the block holds ("Flag file"); names the region and the copy button. */
  label: string;
  /** Shows the label as a line above the code. */
  titled?: boolean;
  wrap?: boolean;
  className?: string;
}

/** Text to be copied: SQL, commands, files. Scrolls sideways, also by keyboard. */
export function CodeBlock({ children, label, titled, wrap, className }: CodeBlockProps) {
  return (
    <div
      className={cn("group relative min-w-0 rounded-md border border-line bg-sunken", className)}
    >
      {titled && (
        <div className="border-line border-b px-3 py-2 font-medium text-muted text-xs">{label}</div>
      )}
      <CopyButton
        text={children}
        label={`Copy ${label.toLowerCase()}`}
        className={cn("absolute right-1.5 bg-sunken", titled ? "top-1" : "top-1.5")}
      />
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines must scroll by keyboard too.
        tabIndex={0}
        aria-label={label}
        className="overflow-x-auto"
      >
        <pre
          className={cn(
            "p-3 pr-11 font-mono text-ink text-xs leading-relaxed",
            wrap && "whitespace-pre-wrap break-words",
          )}
        >
          <code>{children}</code>
        </pre>
      </section>
    </div>
  );
}

export function Code({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <code
      className={cn(
        "rounded-xs border border-line bg-sunken px-1 py-px font-mono text-[0.92em]",
        className,
      )}
    >
      {children}
    </code>
  );
}
