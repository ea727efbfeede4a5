"use client";

import { useState } from "react";
import { Pagination } from "#components/ui/pagination.tsx";
import { Table, TableScroll, Th } from "#components/ui/table.tsx";
import type { RunHostJson } from "#lib/runs/schema.ts";
import { RunHostRow } from "./run-host-row.tsx";
import { HOSTS_KEPT_MAX } from "./run-progress-state.ts";

const PER_PAGE = 20;

interface RunHostsProps {
  runId: number;
  hosts: readonly RunHostJson[];
}

/** Hosts as they answer; a row opens to what the host found. */
export function RunHosts({ runId, hosts }: RunHostsProps) {
  const [page, setPage] = useState(0);
  const last = Math.max(0, Math.ceil(hosts.length / PER_PAGE) - 1);
  const shown = Math.min(page, last);
  return (
    <div className="space-y-2">
      <TableScroll label="Answers" className="rounded-md border border-line">
        <Table>
          <thead>
            <tr>
              <Th>Host</Th>
              <Th>Platform</Th>
              <Th>Answer</Th>
              <Th className="text-right">Rows</Th>
              <Th className="text-right">Time</Th>
              <Th className="text-right">Memory</Th>
            </tr>
          </thead>
          <tbody>
            {hosts.slice(shown * PER_PAGE, (shown + 1) * PER_PAGE).map((host) => (
              <RunHostRow key={host.host_id} runId={runId} host={host} />
            ))}
          </tbody>
        </Table>
      </TableScroll>
      {hosts.length > PER_PAGE && (
        <Pagination
          page={shown}
          perPage={PER_PAGE}
          total={hosts.length}
          onPageChange={setPage}
          one="host"
          many="hosts"
        />
      )}
      {hosts.length >= HOSTS_KEPT_MAX && (
        <p className="text-muted text-xs">
          These are the first {HOSTS_KEPT_MAX} that answered. The CSV has all of them.
        </p>
      )}
    </div>
  );
}
