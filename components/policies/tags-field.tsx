"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { badgeClass } from "#components/ui/badge.tsx";
import { cn } from "#components/ui/cn.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { policyTagsOptions } from "#lib/policies/client.ts";
import { isTag, normalTag, TAGS_MAX } from "#lib/policies/tags.ts";

interface TagsFieldProps {
  value: readonly string[];
  onValueChange: (tags: string[]) => void;
  /** Whose tags are offered; as in the list. */
  teamId?: number | null;
  label?: string;
  /** None will not do. */
  required?: boolean;
  error?: string;
}

/** Tags in a row, and a field that adds one: by Enter, a comma, or leaving it. */
export function TagsField(props: TagsFieldProps) {
  const { value, onValueChange, teamId = null, label = "Tags" } = props;
  const listId = useId();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const { data } = useQuery({ ...policyTagsOptions(teamId), refetchInterval: false });
  const offered = (data?.tags ?? []).map(({ tag }) => tag).filter((tag) => !value.includes(tag));

  function add(given: string) {
    const tags = given.split(",").map(normalTag).filter(Boolean);
    const wrong = tags.find((tag) => !isTag(tag));
    if (wrong)
      return setProblem(`“${wrong}” may have letters, digits, blanks, dots and dashes only`);
    const all = [...new Set([...value, ...tags])];
    if (all.length > TAGS_MAX) return setProblem(`A policy may have ${TAGS_MAX} tags`);
    setProblem(undefined);
    setText("");
    if (all.length !== value.length) onValueChange(all);
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      add(text);
    } else if (event.key === "Backspace" && text === "" && value.length > 0) {
      onValueChange(value.slice(0, -1));
    }
  }

  return (
    <div className="space-y-2">
      <Field
        label={label}
        optional={!props.required}
        error={problem ?? props.error}
        hint="Enter adds one. A subject such as disk, or a control such as cis-v8:3.6."
      >
        <Input
          value={text}
          list={listId}
          autoComplete="off"
          placeholder={value.length === 0 ? "disk" : "Another tag"}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
          onBlur={() => text.trim() && add(text)}
        />
      </Field>
      <datalist id={listId}>
        {offered.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      {value.length > 0 && (
        <ul aria-label={`Chosen: ${label}`} className="flex flex-wrap gap-1">
          {value.map((tag) => (
            <li key={tag} className={cn(badgeClass("neutral"), "max-w-full pr-0.5")}>
              <span title={tag} className="truncate">
                {tag}
              </span>
              <button
                type="button"
                aria-label={`Remove tag ${tag}`}
                onClick={() => onValueChange(value.filter((one) => one !== tag))}
                className="grid size-4 place-items-center rounded-xs hover:bg-hover pointer-coarse:size-6"
              >
                <X aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
