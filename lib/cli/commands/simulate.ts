import { join, resolve } from "node:path";
import type { Command } from "commander";
import { simulatorSocketPath } from "#lib/demo/paths.ts";
import { plural } from "#lib/format.ts";
import { type Control, createControl, type HostSummary } from "#lib/simulator/control.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { type Invocation, type Run, runOf, show } from "../invocation.ts";
import { type Column, table } from "../table.ts";
import type { Variables } from "../terminal.ts";
import { addSimulateRunCommand } from "./simulate-run.ts";

/** Where bin/start has its demo's hosts listen, whatever folder this is called from. */
export function defaultSocket(projectDir: string, variables: Variables): string {
  const dataDir = variables.MUSTER_DATA
    ? resolve(variables.MUSTER_DATA)
    : join(projectDir, ".data");
  return simulatorSocketPath(dataDir);
}

const COLUMNS: readonly Column<HostSummary>[] = [
  { title: "#", value: ({ index }) => String(index), right: true },
  { title: "Host name", value: ({ hostname }) => hostname, min: 12 },
  { title: "Computer", value: ({ computerName }) => computerName, min: 12 },
  { title: "System", value: ({ platform }) => platform },
  { title: "Team", value: ({ team }) => team ?? "", min: 8 },
  {
    title: "Online",
    value: ({ online }) => (online ? "yes" : "no"),
    colour: ({ online }) => (online ? "green" : "dim"),
  },
  { title: "Changed", value: ({ changedTables }) => changedTables.join(", "), min: 8 },
];

/** Speaks to the simulator; its own words for what is wrong are fit for people. */
async function control<T>(
  invocation: Invocation,
  command: Command,
  work: (control: Control) => Promise<T>,
): Promise<{ run: Run; answer: T }> {
  const { socket } = command.optsWithGlobals<{ socket?: string }>();
  const { projectDir, variables } = invocation;
  const path = socket ? resolve(socket) : defaultSocket(projectDir, variables);
  try {
    return { run: runOf(invocation, command), answer: await work(createControl(path)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.failed, message, hintOf(message), error);
  }
}

function hintOf(message: string): string {
  if (/^no simulator/.test(message)) {
    return "bin/start runs one, and so does muster simulate run. --socket names another.";
  }
  return /simulated host/.test(message) ? "muster simulate list shows them." : "";
}

function rowsTable(run: Run, rows: Record<string, unknown>[]): string {
  if (rows.length === 0) return "The table is empty on this host.";
  return rows
    .map((row) =>
      table(
        run.terminal,
        [
          { title: "Column", value: ([name]: [string, unknown]) => name },
          { title: "Value", value: ([, value]) => String(value ?? ""), min: 20 },
        ],
        Object.entries(row),
      ),
    )
    .join("\n\n");
}

type Action = "reset" | "online" | "offline";

function addPresenceCommand(
  simulate: Command,
  invocation: Invocation,
  action: Action,
  description: string,
): void {
  simulate
    .command(`${action} <host>`)
    .description(description)
    .action(async (host: string, _options, command: Command) => {
      const { run, answer } = await control(invocation, command, (fleet) => fleet[action](host));
      show(run, answer, ({ hostname, online }) =>
        action === "reset"
          ? `${hostname} is as it was made.`
          : `${hostname} is ${online ? "online" : "offline"}.`,
      );
    });
}

function addTableCommands(simulate: Command, invocation: Invocation): void {
  simulate
    .command("get <host> <table>")
    .description("the rows of a table as the host has them")
    .action(async (host: string, name: string, _options, command: Command) => {
      const { run, answer } = await control(invocation, command, (fleet) => fleet.get(host, name));
      show(run, answer, (rows) => rowsTable(run, rows));
    });
  simulate
    .command("set <host> <assignment>")
    .description("change a host: TABLE.COLUMN=VALUE, or TABLE[COLUMN=VALUE].COLUMN=VALUE")
    .addHelpText(
      "after",
      "\n  muster simulate set anna-mbp disk_encryption.filevault_status=on\n  muster simulate set 12 'users[username=guest].shell=/usr/bin/false'",
    )
    .action(async (host: string, assignment: string, _options, command: Command) => {
      const { run, answer } = await control(invocation, command, (fleet) =>
        fleet.set(host, assignment),
      );
      show(run, answer, ({ hostname, table: name, updatedRows, insertedRows }) => {
        const what = insertedRows > 0 ? "added" : "changed";
        return `${hostname}: ${plural(updatedRows + insertedRows, "row")} of ${name} ${what}.`;
      });
    });
  simulate
    .command("remove <host> <rows>")
    .description("remove rows: TABLE, or TABLE[COLUMN=VALUE]")
    .action(async (host: string, rows: string, _options, command: Command) => {
      const { run, answer } = await control(invocation, command, (fleet) =>
        fleet.remove(host, rows),
      );
      show(run, answer, ({ removedRows }) => `${plural(removedRows, "row")} removed.`);
    });
}

export function addSimulateCommands(program: Command, invocation: Invocation): void {
  const simulate = program
    .command("simulate")
    .description("simulated hosts: run them, and change those that run")
    .option("--socket <path>", "where the simulator takes commands (.data/simulator.sock)");
  addSimulateRunCommand(simulate, invocation);
  simulate
    .command("list")
    .description("the hosts of the simulator that runs")
    .action(async (_options, command: Command) => {
      const { run, answer } = await control(invocation, command, (fleet) => fleet.list());
      show(run, answer, (hosts) => table(run.terminal, COLUMNS, hosts));
    });
  addTableCommands(simulate, invocation);
  addPresenceCommand(simulate, invocation, "reset", "undo every change to a host");
  addPresenceCommand(simulate, invocation, "offline", "have a host go to sleep");
  addPresenceCommand(simulate, invocation, "online", "wake a host up");
}
