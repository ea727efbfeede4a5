import { route } from "#lib/http/route.ts";
import { deleteLabelByName } from "#lib/labels/delete.ts";
import { modifyLabel } from "#lib/labels/edit.ts";
import { getLabel } from "#lib/labels/labels.ts";
import { labelNameParams, labelParams, labelReply, modifyLabelBody } from "#lib/labels/schema.ts";
import { serializeLabelReply } from "#lib/labels/serialize.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const GET = route(
  {
    summary: "A label, with the policies whose rules name it",
    params: labelParams,
    response: labelReply,
    reply: serializeLabelReply,
  },
  ({ viewer, params }) => getLabel(viewer, params.label),
);

export const PATCH = route(
  {
    summary: "Change the given fields of a label",
    params: labelParams,
    body: modifyLabelBody,
    response: labelReply,
    reply: serializeLabelReply,
  },
  ({ viewer, params, body }) => modifyLabel(viewer, params.label, body),
);

export const DELETE = route(
  {
    summary: "Delete a label by name, unless a policy or a live exemption goes by it",
    params: labelNameParams,
    response: emptyReply,
  },
  ({ viewer, params }) => deleteLabelByName(viewer, params.label),
);
