"use client";

import { Dashboard } from "#components/dashboard/dashboard.tsx";
import { ExemptionsPage } from "#components/exemptions/exemptions-page.tsx";
import { HostPage } from "#components/hosts/host-page.tsx";
import { HostsPage } from "#components/hosts/hosts-page.tsx";
import { LabelPage } from "#components/labels/label-page.tsx";
import { LabelsPage } from "#components/labels/labels-page.tsx";
import { PoliciesPage } from "#components/policies/policies-page.tsx";
import { PolicyPage } from "#components/policies/policy-page.tsx";
import { DashboardThen } from "./dashboard-then.tsx";
import { ExemptionsThen } from "./exemptions-then.tsx";
import { HostThen } from "./host-then.tsx";
import { HostsThen } from "./hosts-then.tsx";
import { LabelThen } from "./label-then.tsx";
import { LabelsThen } from "./labels-then.tsx";
import { PoliciesThen } from "./policies-then.tsx";
import { PolicyThen } from "./policy-then.tsx";
import { useAsOf } from "./use-as-of.ts";

/** Each page as it is, or with `as_of` in the URL as it was. */
export function DashboardAt() {
  const [asOf] = useAsOf();
  return asOf ? <DashboardThen asOf={asOf} /> : <Dashboard />;
}

export function PoliciesAt() {
  const [asOf] = useAsOf();
  return asOf ? <PoliciesThen asOf={asOf} /> : <PoliciesPage />;
}

export function PolicyAt({ id }: { id: number }) {
  const [asOf] = useAsOf();
  return asOf ? <PolicyThen id={id} asOf={asOf} /> : <PolicyPage id={id} />;
}

export function ExemptionsAt() {
  const [asOf] = useAsOf();
  return asOf ? <ExemptionsThen asOf={asOf} /> : <ExemptionsPage />;
}

export function LabelsAt() {
  const [asOf] = useAsOf();
  return asOf ? <LabelsThen asOf={asOf} /> : <LabelsPage />;
}

export function LabelAt({ id }: { id: number }) {
  const [asOf] = useAsOf();
  return asOf ? <LabelThen id={id} asOf={asOf} /> : <LabelPage id={id} />;
}

export function HostsAt() {
  const [asOf] = useAsOf();
  return asOf ? <HostsThen asOf={asOf} /> : <HostsPage />;
}

export function HostAt({ id }: { id: number }) {
  const [asOf] = useAsOf();
  return asOf ? <HostThen id={id} asOf={asOf} /> : <HostPage id={id} />;
}
