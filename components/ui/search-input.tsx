"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "./cn.ts";
import { Input } from "./input.tsx";

const DEBOUNCE_MS = 250;

interface SearchInputProps {
  /** The search in force, usually from the URL. */
  value: string;
  onValueChange: (value: string) => void;
  /** What is searched: "Search name, serial or IP". Also the field's accessible name. */
  placeholder: string;
  className?: string;
}

/** Reports what was typed after a pause of 250 ms; Enter and clearing report at once. */
export function SearchInput({ value, onValueChange, placeholder, className }: SearchInputProps) {
  const [text, setText] = useState(value);
  const reported = useRef(value);
  const report = useRef(onValueChange);
  report.current = onValueChange;

  function commit(next: string) {
    if (reported.current === next) return;
    reported.current = next;
    report.current(next);
  }

  // Someone else changed it (back button, "Clear filters"): that wins over what is typed here.
  useEffect(() => {
    if (value === reported.current) return;
    reported.current = value;
    setText(value);
  }, [value]);

  useEffect(() => {
    const timer = setTimeout(() => {
      if (reported.current === text) return;
      reported.current = text;
      report.current(text);
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <search className={cn("relative w-full sm:w-72", className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
      />
      <Input
        type="search"
        value={text}
        aria-label={placeholder}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && commit(text)}
        className="px-8 [&::-webkit-search-cancel-button]:hidden"
      />
      {text && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => {
            setText("");
            commit("");
          }}
          className="absolute inset-y-0 right-0 grid w-8 place-items-center rounded-md text-muted hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </search>
  );
}
