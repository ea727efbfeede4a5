import { importContent } from "#lib/gitops/import.ts";
import { importBody, importReply } from "#lib/gitops/import-schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  {
    summary: "Make policies of an osquery pack or Fleet's YAML, and tell what became of each thing",
    body: importBody,
    response: importReply,
  },
  ({ viewer, body }) => importContent(viewer, body),
);
