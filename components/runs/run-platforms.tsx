import { platformName } from "#components/hosts/platform-name.ts";
import { Table, TableScroll, Td, Th } from "#components/ui/table.tsx";
import type { RunKind } from "#lib/runs/outcome.ts";
import type { TotalsJson } from "#lib/runs/schema.ts";

const COLUMNS = {
  policy: ["pass", "fail", "error", "waiting"],
  query: ["done", "error", "waiting"],
} as const;

const TITLES = {
  pass: "Pass",
  fail: "Fail",
  done: "Answered",
  error: "Error",
  waiting: "Waiting",
} as const;

/** How the hosts of each platform stand. */
export function RunPlatforms({ kind, totals }: { kind: RunKind; totals: TotalsJson }) {
  const columns = COLUMNS[kind];
  return (
    <TableScroll label="By platform" className="rounded-md border border-line">
      <Table>
        <thead>
          <tr>
            <Th>Platform</Th>
            <Th className="text-right">Hosts</Th>
            {columns.map((name) => (
              <Th key={name} className="text-right">
                {TITLES[name]}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Object.entries(totals.by_platform).map(([platform, counts]) => (
            <tr key={platform}>
              <Td>{platformName(platform)}</Td>
              <Td className="text-right tabular-nums">{counts.hosts}</Td>
              {columns.map((name) => (
                <Td key={name} className="text-right tabular-nums">
                  {counts[name]}
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </TableScroll>
  );
}
