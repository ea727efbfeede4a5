import { customType, datetime } from "drizzle-orm/mysql-core";

/** A moment in UTC with milliseconds. The pool runs with timezone Z, so nothing is ever local. */
export const moment = (name: string) => datetime(name, { mode: "date", fsp: 3 });

/** Bytes compared byte by byte: SHA-256 hashes and HMACs. */
export const hash = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => "binary(32)",
});

export const bytes = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => "mediumblob",
});

/** Text compared exactly (case and accents), for names that must be unique as people typed them. */
export const exactText = customType<{
  data: string;
  driverData: string;
  config: { length: number };
  configRequired: true;
}>({
  dataType: ({ length }) => `varchar(${length}) character set utf8mb4 collate utf8mb4_bin`,
});

/**
 * JSON kept as text: MariaDB has no JSON type of its own and hands its alias over as text while
 * MySQL hands over objects, so a JSON column would read differently on the two.
 */
export function jsonText<T>(name: string) {
  return customType<{ data: T; driverData: string }>({
    dataType: () => "mediumtext",
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (value) => JSON.parse(value) as T,
  })(name);
}
