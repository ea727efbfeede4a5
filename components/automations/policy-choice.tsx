"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { plural } from "#lib/format.ts";
import { policyListOptions } from "#lib/policies/client.ts";

interface PolicyChoiceProps {
  /** Whose own policies; a team's inherited ones belong to the webhook of all teams. */
  teamId: number | null;
  value: readonly number[];
  onValueChange: (ids: number[]) => void;
  disabled: boolean;
}

/** Which policies are told of: a list to search and tick. */
export function PolicyChoice({ teamId, value, onValueChange, disabled }: PolicyChoiceProps) {
  const [search, setSearch] = useState("");
  const list = useQuery({ ...policyListOptions({ teamId }), refetchInterval: false });
  const own = (list.data?.policies ?? []).filter((policy) => policy.team_id === teamId);
  const found = own.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));

  const toggle = (id: number, on: boolean) =>
    onValueChange(on ? [...value, id] : value.filter((one) => one !== id));

  return (
    <fieldset className="min-w-0 space-y-2">
      <legend className="mb-1.5 font-medium text-ink text-sm">
        Policies{" "}
        <span className="font-normal text-muted text-xs">
          {value.length} of {plural(own.length, "policy", "policies")} chosen
        </span>
      </legend>
      <SearchInput
        value={search}
        onValueChange={setSearch}
        placeholder="Search policies to tell of"
        className="sm:w-full"
      />
      <div className="max-h-56 overflow-y-auto rounded-md border border-line px-3 py-2">
        {!list.data &&
          (list.error ? (
            <p className="text-muted text-sm">The policies could not be loaded.</p>
          ) : (
            <SkeletonText lines={3} />
          ))}
        {list.data && found.length === 0 && (
          <p className="py-2 text-muted text-sm">
            {own.length === 0
              ? "There are no policies of its own here."
              : "No policy is called so."}
          </p>
        )}
        {found.map(({ id, name }) => (
          <ChoiceLabel
            key={id}
            className="py-1"
            label={<span className="break-words font-normal">{name}</span>}
            control={
              <Checkbox
                checked={value.includes(id)}
                disabled={disabled}
                onCheckedChange={(on) => toggle(id, on === true)}
              />
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
