"use client";

import { Field } from "./field.tsx";
import { Input } from "./input.tsx";

interface TypedNameProps {
  /** What has to be typed, so that nobody goes on by a slip of the mouse. */
  name: string;
  value: string;
  onValueChange: (value: string) => void;
  onEnter?: () => void;
  className?: string;
}

export const isTyped = (name: string | undefined, value: string): boolean =>
  name === undefined || value.trim() === name.trim();

export function TypedName({ name, value, onValueChange, onEnter, className }: TypedNameProps) {
  return (
    <Field label={`Type "${name}" to confirm`} className={className}>
      <Input
        value={value}
        autoComplete="off"
        onChange={(event) => onValueChange(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && onEnter?.()}
      />
    </Field>
  );
}
