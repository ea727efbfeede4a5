import { route } from "#lib/http/route.ts";
import { labelSpecParams, labelSpecReply } from "#lib/labels/schema.ts";
import { serializeSpec } from "#lib/labels/serialize.ts";
import { getLabelSpec, type SpecLabel } from "#lib/labels/specs.ts";

export const GET = route(
  {
    summary: "A label as a file describes it",
    params: labelSpecParams,
    response: labelSpecReply,
    reply: (spec: SpecLabel) => ({ specs: serializeSpec(spec) }),
  },
  ({ viewer, params }) => getLabelSpec(viewer, params.name),
);
