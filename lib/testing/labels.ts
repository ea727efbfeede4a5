import { transaction } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { createLabel } from "#lib/labels/edit.ts";
import { createLabelBody, type NewLabel } from "#lib/labels/schema.ts";
import { setLabelMembers } from "#lib/membership/label-members.ts";
import { changeHosts } from "#lib/membership/settle-hosts.ts";
import { unique } from "./world.ts";

/** A label by SQL that nobody has answered unless told otherwise. */
export async function insertLabel(input: Partial<NewLabel> = {}) {
  const manual = input.hosts || input.host_ids || input.criteria;
  const body = { name: unique("Label"), ...(manual ? {} : { query: "SELECT 1" }), ...input };
  return (await createLabel(SYSTEM, createLabelBody.parse(body))).label;
}

/** A manual label without hosts. */
export const insertManualLabel = () => insertLabel({ hosts: [] });

/** What a host says of a label by SQL in its first revision. */
export const answerLabel = (hostId: number, labelId: number, isMember: boolean): Promise<void> =>
  transaction(database(), (tx) =>
    changeHosts(tx, [hostId], (host, at) =>
      host.relabel(new Map([...host.labels, [labelId, { revision: 1, isMember }]]), at),
    ),
  );

/** Puts hosts on a manual label's list and takes others off. */
export const listHosts = (
  label: { id: number },
  hosts: { add?: readonly number[]; remove?: readonly number[] },
): Promise<void> => transaction(database(), (tx) => setLabelMembers(tx, label.id, hosts));

/** What hosts are asked a label as. */
export const labelQuery = ({ id }: { id: number }): string => `fleet_label_query_${id}`;
