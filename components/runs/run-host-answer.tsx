"use client";

import { useQuery } from "@tanstack/react-query";
import { Table, TableScroll, Td, Th } from "#components/ui/table.tsx";
import { formatNumber } from "#lib/format.ts";
import { runHostOptions } from "#lib/runs/client.ts";
import type { RunHostJson } from "#lib/runs/schema.ts";

/** A screen or two; the CSV has what else is kept. */
const ROWS_SHOWN_MAX = 100;

/** What one host found: its rows, or why it found none. */
export function RunHostAnswer({ runId, host }: { runId: number; host: RunHostJson }) {
  const isCut = host.rows.length < host.row_count;
  const { data } = useQuery({ ...runHostOptions(runId, host.host_id), enabled: isCut });
  const rows = (data?.hosts[0]?.rows ?? host.rows).slice(0, ROWS_SHOWN_MAX);
  if (host.error !== null) {
    return (
      <div className="space-y-1 text-sm">
        <p className="break-words font-mono text-xs">{host.error}</p>
        {host.denylisted && (
          <p className="text-muted">
            osquery stopped this SQL on the host before and does not run the same text again for a
            day. Any change of the text is run.
          </p>
        )}
      </div>
    );
  }
  if (rows.length === 0) return <p className="text-muted text-sm">The query returned no rows.</p>;
  const columns = Object.keys(rows[0] ?? {});
  return (
    <div className="space-y-2">
      <TableScroll label={`Rows of ${host.display_name}`} className="max-h-80 overflow-y-auto">
        <Table>
          <thead>
            <tr>
              {columns.map((column) => (
                <Th key={column}>{column}</Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows are equal at times and stay put.
              <tr key={index}>
                {columns.map((column) => (
                  <Td
                    key={column}
                    title={row[column]}
                    className="max-w-96 truncate font-mono text-xs"
                  >
                    {row[column]}
                  </Td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      </TableScroll>
      {rows.length < host.row_count && (
        <p className="text-muted text-xs">
          {formatNumber(rows.length)} of {formatNumber(host.row_count)} rows.
        </p>
      )}
    </div>
  );
}
