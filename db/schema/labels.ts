import {
  bigint,
  boolean,
  index,
  int,
  mediumtext,
  mysqlTable,
  primaryKey,
  text,
  uniqueIndex,
  varchar,
} from "drizzle-orm/mysql-core";
import { exactText, jsonText, moment } from "#db/columns.ts";

/** A host is a member when the vital is one of the values. */
export interface LabelCriteria {
  vital: string;
  values: string[];
}

export const labels = mysqlTable(
  "labels",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    name: exactText("name", { length: 255 }).notNull(),
    description: text().notNull(),
    /** "" unless hosts answer it: rows mean member. */
    query: mediumtext().notNull(),
    /** As policies.platform; hosts of others are no members. */
    platform: varchar({ length: 64 }).notNull().default(""),
    /** dynamic (hosts answer), manual (people list), host_vitals (the server tells by vitals). */
    membershipType: varchar("membership_type", { length: 16 }).notNull(),
    criteria: jsonText<LabelCriteria>("criteria"),
    /** Comes with the product and cannot be changed. */
    isBuiltin: boolean("is_builtin").notNull().default(false),
    authorId: int("author_id", { unsigned: true }),
    /** Raised by every change of SQL or criteria. What hosts said before holds until they answer. */
    revision: int("revision", { unsigned: true }).notNull().default(1),
    /** Raised by every commit that changes who is known to be a member, so that copies can tell. */
    membershipRevision: bigint("membership_revision", { mode: "number", unsigned: true })
      .notNull()
      .default(0),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [uniqueIndex("labels_name").on(table.name)],
);

/** What is known of hosts and labels; the same as on the host's label card. No row: not known yet. */
export const labelMembership = mysqlTable(
  "label_membership",
  {
    hostId: int("host_id", { unsigned: true }).notNull(),
    labelId: int("label_id", { unsigned: true }).notNull(),
    isMember: boolean("is_member").notNull(),
    since: moment("since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hostId, table.labelId] }),
    // With `since`, so that "as of" reads nothing else either.
    index("label_membership_then").on(table.labelId, table.isMember, table.hostId, table.since),
  ],
);

/** What was known of hosts and labels before it changed; what is known now is in label_membership. */
export const labelSpans = mysqlTable(
  "label_spans",
  {
    labelId: int("label_id", { unsigned: true }).notNull(),
    hostId: int("host_id", { unsigned: true }).notNull(),
    endedAt: moment("ended_at").notNull(),
    at: moment("at").notNull(),
    isMember: boolean("is_member").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labelId, table.hostId, table.endedAt] }),
    index("label_spans_label").on(table.labelId, table.endedAt, table.at, table.isMember),
    index("label_spans_ended").on(table.endedAt),
  ],
);

/** What a label was from one edit to the next. Outlives the label. */
export const labelVersions = mysqlTable(
  "label_versions",
  {
    labelId: int("label_id", { unsigned: true }).notNull(),
    at: moment("at").notNull(),
    /** null: it is so. */
    endedAt: moment("ended_at"),
    name: exactText("name", { length: 255 }).notNull(),
    query: mediumtext().notNull(),
    platform: varchar({ length: 64 }).notNull().default(""),
    membershipType: varchar("membership_type", { length: 16 }).notNull(),
    criteria: jsonText<LabelCriteria>("criteria"),
  },
  (table) => [
    primaryKey({ columns: [table.labelId, table.at] }),
    index("label_versions_ended").on(table.endedAt),
  ],
);
