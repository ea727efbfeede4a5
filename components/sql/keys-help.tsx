"use client";

import { Keyboard } from "lucide-react";
import { Fragment } from "react";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Popover, PopoverContent, PopoverTrigger } from "#components/ui/popover.tsx";

interface KeysHelpProps {
  /** What the page has besides the editor's own. */
  runs: boolean;
  saves: boolean;
}

const keysOf = ({ runs, saves }: KeysHelpProps): readonly [string, string][] => [
  ["Ctrl+Space", "Complete"],
  ["Ctrl+K Ctrl+I", "Tell of the word"],
  ...(runs ? [["Ctrl+Enter", "Run on hosts"] as [string, string]] : []),
  ...(saves ? [["Ctrl+S", "Save"] as [string, string]] : []),
  ["Shift+Alt+F", "Format"],
  ["F8, Shift+F8", "Next and previous problem"],
  ["Esc, then Tab", "Leave the editor"],
  ["Ctrl+M", "Let Tab move on, or indent again"],
];

/** The editor's keys, above all how to get out of it. */
export function KeysHelp(props: KeysHelpProps) {
  return (
    <Popover>
      <PopoverTrigger asChild>
        <IconButton label="Keys of the editor" size="sm">
          <Keyboard aria-hidden />
        </IconButton>
      </PopoverTrigger>
      <PopoverContent align="end" aria-label="Keys of the editor" className="max-w-80">
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-xs">
          {keysOf(props).map(([keys, does]) => (
            <Fragment key={keys}>
              <dt className="font-mono text-2xs text-ink">{keys}</dt>
              <dd className="text-muted">{does}</dd>
            </Fragment>
          ))}
        </dl>
        <p className="mt-2.5 text-muted text-xs">On a Mac: Cmd for Ctrl, and Ctrl+Shift+M.</p>
      </PopoverContent>
    </Popover>
  );
}
