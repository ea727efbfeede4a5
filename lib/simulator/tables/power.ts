import type { HostProfile } from "../profile.ts";
import { createRandom } from "../random.ts";
import type { Row, TableSet } from "./table-set.ts";

const designedMilliampereHours = 5088;

function batteryRow(host: HostProfile): Row {
  const random = createRandom(`${host.seed}/${host.index}/battery`);
  const cycles = random.integer(12, 1150);
  const wear = Math.min(0.45, cycles / 3000);
  const full = Math.round(designedMilliampereHours * (1 - wear));
  const percent = random.integer(18, 100);
  return {
    manufacturer: host.platform === "darwin" ? "SMP" : "LGC",
    model: "bq40z651",
    serial_number: `F5D${random.hex(9).toUpperCase()}`,
    cycle_count: cycles,
    state: percent > 95 ? "AC Power" : "Battery Power",
    charging: 0,
    charged: percent === 100 ? 1 : 0,
    designed_capacity: designedMilliampereHours,
    max_capacity: full,
    current_capacity: Math.round((full * percent) / 100),
    percent_remaining: percent,
    amperage: -812,
    voltage: 12_430,
    minutes_until_empty: percent * 5,
    minutes_to_full_charge: -1,
    ...(host.platform === "darwin"
      ? { health: wear > 0.3 ? "Poor" : "Good", condition: wear > 0.3 ? "Service" : "Normal" }
      : { chemistry: "LION" }),
  };
}

export const powerTables: TableSet = {
  battery: (host) => (host.hardware.battery ? [batteryRow(host)] : []),
};
