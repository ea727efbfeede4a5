"use client";

import { ShieldMinus } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { useMayEdit } from "#components/layout/gitops.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { ExemptDialog } from "./exempt-dialog.tsx";
import { ExemptionTable } from "./exemption-table.tsx";
import { EMPTY_TITLES, EXEMPTION_STATES, type ShownState } from "./states.ts";

const HIDDEN = ["policy_name"];

/** Who is let off one policy, and was. */
export function PolicyExemptions({ policy }: { policy: PolicyJson }) {
  const [state, setState] = useState<ShownState>("live");
  const [page, setPage] = useState(0);
  const [adding, setAdding] = useState(false);
  const mayEdit = useMayEdit(policy.team_id);
  const exempt = mayEdit && (
    <Button onClick={() => setAdding(true)}>
      <ShieldMinus aria-hidden />
      Exempt…
    </Button>
  );
  return (
    <div className="space-y-4">
      <Toolbar>
        <Segmented
          label="Which exemptions"
          options={EXEMPTION_STATES}
          value={state}
          onValueChange={(next) => {
            setPage(0);
            setState(next);
          }}
        />
        <div className="ml-auto">{exempt}</div>
      </Toolbar>
      <ExemptionTable
        filter={{ policy_id: policy.id, state, page }}
        onPageChange={setPage}
        hiddenColumns={HIDDEN}
        empty={
          <EmptyState
            icon={<ShieldMinus />}
            title={EMPTY_TITLES[state]}
            description="An exemption lets a host, a label's members or a team off this policy until a time, for a reason that is written down."
          />
        }
      />
      <ExemptDialog policy={policy} open={adding} onOpenChange={setAdding} />
    </div>
  );
}
