import { route } from "#lib/http/route.ts";
import { deleteLabel } from "#lib/labels/delete.ts";
import { labelIdParams } from "#lib/labels/schema.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const DELETE = route(
  {
    summary: "Delete a label by id, unless a policy or a live exemption goes by it",
    params: labelIdParams,
    response: emptyReply,
  },
  ({ viewer, params }) => deleteLabel(viewer, params.id),
);
