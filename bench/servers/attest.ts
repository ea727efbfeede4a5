import { attestorOf } from "#lib/attestation/attestor.ts";
import { attestationMount } from "#lib/attestation/http.ts";
import { database, releaseDatabase } from "#lib/database.ts";
import { createMetrics } from "#lib/metrics.ts";
import { dispatch, inFrontOf } from "#lib/server/dispatch.ts";
import { serve } from "./listen.ts";

/** Attestation as server.ts mounts it, in front of nothing. */
const web = inFrontOf(
  (_, res) => void res.writeHead(404).end(),
  attestationMount(attestorOf(database())),
);
serve(dispatch({ operations: {}, web }, createMetrics()), releaseDatabase);
