import { labelMembership } from "#db/schema/labels.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { createLabel } from "#lib/labels/edit.ts";
import { createLabelBody, type NewLabel } from "#lib/labels/schema.ts";
import { unique } from "./world.ts";

/** A label by SQL that nobody has answered unless told otherwise. */
export async function insertLabel(input: Partial<NewLabel> = {}) {
  const manual = input.hosts || input.host_ids || input.criteria;
  const body = { name: unique("Label"), ...(manual ? {} : { query: "SELECT 1" }), ...input };
  return (await createLabel(SYSTEM, createLabelBody.parse(body))).label;
}

/** What a host says of a label by SQL. */
export async function answerLabel(
  hostId: number,
  labelId: number,
  isMember: boolean,
): Promise<void> {
  await database()
    .insert(labelMembership)
    .values({ hostId, labelId, isMember, since: new Date() })
    .onDuplicateKeyUpdate({ set: { isMember } });
}
