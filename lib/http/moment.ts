import { z } from "zod";

/** RFC 3339 in a URL, where an offset's plus sign may have become a blank. */
export const queryMoment = (name: string) =>
  z
    .string(`${name} is missing: give a moment such as 2026-03-31T23:59:59Z`)
    .transform((text) => text.replace(" ", "+"))
    .pipe(
      z.iso.datetime({
        offset: true,
        error: `${name} must be a moment in RFC 3339, such as 2026-03-31T23:59:59Z`,
      }),
    )
    .transform((text) => new Date(text));
