"use client";

import { ShieldMinus } from "lucide-react";
import { useState } from "react";
import { useMayEdit } from "#components/layout/gitops.tsx";
import { Button } from "#components/ui/button.tsx";
import type { HostPolicyJson } from "#lib/hosts/json.ts";
import { ExemptDialog } from "./exempt-dialog.tsx";

interface ExemptHostProps {
  host: { id: number; name: string };
  policy: HostPolicyJson;
}

/** Lets one host off one policy, where nothing does already. */
export function ExemptHost({ host, policy }: ExemptHostProps) {
  const [open, setOpen] = useState(false);
  const mayEdit = useMayEdit(policy.team_id);
  if (!mayEdit || policy.exempt) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <ShieldMinus aria-hidden />
        Exempt this host…
      </Button>
      <ExemptDialog policy={policy} host={host} open={open} onOpenChange={setOpen} />
    </>
  );
}
