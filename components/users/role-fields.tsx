"use client";

import { Plus, X } from "lucide-react";
import type { ViewerTeam } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Field, FieldError } from "#components/ui/field.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Select } from "#components/ui/select.tsx";
import type { Role } from "#lib/auth/roles.ts";
import { ROLE_OPTIONS } from "./roles.ts";
import type { RolesValue } from "./user-values.ts";

interface RoleFieldsProps {
  value: RolesValue;
  onChange: (value: RolesValue) => void;
  /** The teams that the one who edits may give roles in. */
  teams: readonly ViewerTeam[];
  /** Global roles are for global admins to give. */
  mayBeGlobal: boolean;
  error?: string;
}

const KINDS = [
  { value: "global", label: "All teams" },
  { value: "teams", label: "Some teams" },
] as const;

/** One role everywhere, or a role per team: never both. */
export function RoleFields(props: RoleFieldsProps) {
  const { value, onChange, teams, mayBeGlobal, error } = props;
  const kind = value.global === null ? "teams" : "global";
  function choose(next: "global" | "teams") {
    const [first] = teams;
    const own = first ? [{ id: first.id, role: "observer" as const }] : [];
    onChange(next === "global" ? { global: "observer", teams: [] } : { global: null, teams: own });
  }
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">Role</legend>
      {mayBeGlobal && teams.length > 0 && (
        <Segmented
          label="Where the role holds"
          options={KINDS}
          value={kind}
          onValueChange={choose}
          className="self-start"
        />
      )}
      {kind === "global" ? (
        <Field label="Role in all teams" hideLabel>
          <Select
            options={ROLE_OPTIONS}
            value={value.global ?? undefined}
            onValueChange={(role) => onChange({ global: role as Role, teams: [] })}
          />
        </Field>
      ) : (
        <TeamRoles {...props} />
      )}
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  );
}

function TeamRoles({ value, onChange, teams }: RoleFieldsProps) {
  const free = teams.filter((team) => !value.teams.some((given) => given.id === team.id));
  const [next] = free;
  const set = (given: RolesValue["teams"]) => onChange({ global: null, teams: given });
  return (
    <div className="flex flex-col gap-2">
      {value.teams.map((given, index) => {
        const name = teams.find((team) => team.id === given.id)?.name ?? `Team ${given.id}`;
        const options = [{ id: given.id, name }, ...free];
        const replace = (change: Partial<typeof given>) =>
          set(value.teams.map((one, at) => (at === index ? { ...one, ...change } : one)));
        return (
          <div key={given.id} className="flex items-center gap-2">
            <Select
              aria-label={`Team ${index + 1}`}
              options={options.map((team) => ({ value: String(team.id), label: team.name }))}
              value={String(given.id)}
              onValueChange={(id) => replace({ id: Number(id) })}
            />
            <Select
              aria-label={`Role in ${name}`}
              options={ROLE_OPTIONS}
              value={given.role}
              onValueChange={(role) => replace({ role: role as Role })}
              className="max-w-40"
            />
            <IconButton
              label={`Remove ${name}`}
              size="sm"
              onClick={() => set(value.teams.filter((_, at) => at !== index))}
            >
              <X aria-hidden />
            </IconButton>
          </div>
        );
      })}
      {next && (
        <Button
          variant="ghost"
          size="sm"
          className="self-start"
          onClick={() => set([...value.teams, { id: next.id, role: "observer" }])}
        >
          <Plus aria-hidden />
          Add a team
        </Button>
      )}
    </div>
  );
}
