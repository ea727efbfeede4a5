import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSwitch, settings } from "#lib/env-settings.ts";
import { createMetrics } from "#lib/metrics.ts";

const FOLDER = join(import.meta.dirname, "../docs");
const NOTE = "<!-- Made by `npx tsx scripts/docs.ts`; a test compares it with the code. -->";

const cell = (text: string) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");
const row = (...cells: string[]) => `| ${cells.map(cell).join(" | ")} |`;

function settingsPage(): string {
  const rows = Object.values(settings).map((setting) => {
    const flag = isSwitch(setting) ? `--${setting.flag}` : `--${setting.flag} VALUE`;
    const fallback = setting.fallback && `\`${setting.fallback}\``;
    return row(`\`${flag}\``, `\`${setting.variable}\``, fallback, setting.help);
  });
  return `${NOTE}

# Settings of the server

Options of \`bin/start\` and \`server.ts\`. An option wins over its variable, a variable over the
default; an empty variable counts as not set. Names that Fleet has are Fleet's, and its flags work
too (\`--server_address\` for \`FLEET_SERVER_ADDRESS\`). Durations are a number and a unit: \`30s\`,
\`10m\`, \`1h\`, \`1h30m\`. A switch is turned off by \`--no-NAME\` or by the value \`false\`. A wrong value
stops the start and names itself.

| Option | Variable | Default | Meaning |
|---|---|---|---|
${rows.join("\n")}

What an organisation decides (its name, the gate, how long a pass may be cached, how long a My device
link lives, osquery's own options) is not here but in the database: in the console under *Settings*, by
\`PATCH /api/v1/muster/settings\` and \`PATCH /api/v1/fleet/config\`, or with
\`muster policies apply\` and a document of kind \`config\`.
`;
}

async function metricsPage(): Promise<string> {
  const { registry } = createMetrics();
  const metrics = (await registry.getMetricsAsJSON()).filter(({ name }) =>
    name.startsWith("muster_"),
  );
  const rows = metrics.map(({ name, type, help }) => {
    const metric = registry.getSingleMetric(name);
    const labels = metric && "labelNames" in metric ? (metric.labelNames as string[]) : [];
    return row(`\`${name}\``, String(type), labels.map((label) => `\`${label}\``).join(" "), help);
  });
  return `${NOTE}

# Metrics

\`GET /metrics\` answers in Prometheus' text format, every server for itself and for its workers. Without
\`--metrics-token\` it answers requests from the same machine alone (and none that came through a
proxy); with one it asks for \`Authorization: Bearer TOKEN\` from everybody. Node's own
metrics (\`process_*\`, \`nodejs_*\`) are there as well.

| Metric | Type | Labels | Meaning |
|---|---|---|---|
${rows.join("\n")}

[operations.md](operations.md#watching) says which of them to watch.
`;
}

/** As `npm run format` would leave it, so that formatting and this script do not undo each other. */
function formatted(name: string, text: string): string {
  const biome = join(FOLDER, "../node_modules/.bin/biome");
  const argv = ["format", `--stdin-file-path=docs/${name}`];
  return execFileSync(biome, argv, { input: text, encoding: "utf8", cwd: join(FOLDER, "..") });
}

/** Pages whose facts are in the code, by file name. */
export async function generatedPages(): Promise<Record<string, string>> {
  const pages = { "settings.md": settingsPage(), "metrics.md": await metricsPage() };
  return Object.fromEntries(
    Object.entries(pages).map(([name, text]) => [name, formatted(name, text)]),
  );
}

if (process.argv[1] === import.meta.filename) {
  for (const [name, text] of Object.entries(await generatedPages())) {
    await writeFile(join(FOLDER, name), text);
  }
}
