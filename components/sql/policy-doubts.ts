import type { SqlCheck } from "#lib/osquery/check.ts";

/** What is only odd in a policy ("As a policy this can never fail") is no problem elsewhere. */
export const withoutPolicyDoubts = (check: SqlCheck | undefined): SqlCheck | undefined =>
  check && {
    ...check,
    warnings: check.warnings.filter(({ message }) => !message.startsWith("As a policy")),
  };
