"use client";

import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { SecretJson } from "#lib/enroll-secrets/schema.ts";

const DOTS = "•".repeat(24);

/** A secret, hidden until asked for: screens are shared and photographed. */
export function SecretRow({ secret }: { secret: SecretJson }) {
  const [shown, setShown] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2.5 last:border-b-0">
      <code className="min-w-0 flex-1 basis-56 break-all font-mono text-xs">
        {shown ? secret.secret : <span className="text-muted">{DOTS}</span>}
      </code>
      <span className="flex items-center gap-2 text-muted text-xs">
        {secret.expires_at ? (
          <Badge tone="error">
            ends <RelativeTime value={secret.expires_at} />
          </Badge>
        ) : (
          <span>
            made <RelativeTime value={secret.created_at} />
          </span>
        )}
        <IconButton
          label={shown ? "Hide secret" : "Show secret"}
          size="sm"
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        </IconButton>
        <CopyButton text={secret.secret} label="Copy secret" />
      </span>
    </li>
  );
}
