"use client";

import { createParser, parseAsInteger, useQueryState } from "nuqs";

const parseMoment = createParser({
  parse: (text) => {
    // A plus sign that somebody typed into the address arrives as a blank.
    const at = new Date(text.replace(" ", "+"));
    return Number.isNaN(at.getTime()) ? null : at.toISOString();
  },
  serialize: String,
});

/** The past moment that the page is about, in the URL as `as_of`; null: now. */
export function useAsOf() {
  const [asOf, setAsOf] = useQueryState("as_of", parseMoment.withOptions({ history: "push" }));
  const [, setPage] = useQueryState("page", parseAsInteger);
  function look(at: Date | null): void {
    void setPage(null);
    void setAsOf(at?.toISOString() ?? null);
  }
  return [asOf, look] as const;
}

/** Keeps to the moment in links from one page to the next. */
export const asOfSearch = (asOf: string) => `as_of=${encodeURIComponent(asOf)}`;
