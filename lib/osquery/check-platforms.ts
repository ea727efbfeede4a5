import type { SqlCheck, SqlWarning } from "./check.ts";
import { parsePlatforms } from "./platform.ts";

/**
 * The check without warnings that concern none of the platforms that are asked ("": all are). That a
 * column is empty on Linux is nothing to who asks Macs alone.
 */
export function checkFor(check: SqlCheck, platform: string): SqlCheck {
  const asked: readonly string[] = parsePlatforms(platform) ?? [];
  const concerns = ({ platforms }: SqlWarning) =>
    platforms === undefined || asked.length === 0 || platforms.some((one) => asked.includes(one));
  return { ...check, warnings: check.warnings.filter(concerns) };
}
