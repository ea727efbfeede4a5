import { database } from "#lib/database.ts";
import { answers } from "./answers.ts";
import type { Evidence } from "./policies.ts";
import { answerJson, exemptionJson, type FlatRow, revisionJson, verdictJson } from "./rows.ts";
import { selectExemptions, selectVersions } from "./sql.ts";
import { verdicts } from "./verdicts.ts";

const EXEMPTIONS_PER_STEP = 500;

async function* answerRows({ of, policies }: Evidence): AsyncGenerator<FlatRow[]> {
  for await (const rows of answers(database(), of, policies)) yield rows.map(answerJson);
}

/** A policy at a time: SQL is long. */
async function* revisionRows({ of, policies }: Evidence): AsyncGenerator<FlatRow[]> {
  for (const { id } of policies) {
    yield (await selectVersions(database(), of, id)).map(revisionJson);
  }
}

async function* exemptionRows({ of, policies }: Evidence): AsyncGenerator<FlatRow[]> {
  const policyIds = policies.map(({ id }) => id);
  for (let afterId = 0; ; ) {
    const rows = await selectExemptions(database(), of, policyIds, afterId, EXEMPTIONS_PER_STEP);
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(exemptionJson);
    afterId = last.exemption.id;
  }
}

async function* verdictRows({ of }: Evidence): AsyncGenerator<FlatRow[]> {
  for await (const rows of verdicts(database(), of)) yield rows.map(verdictJson);
}

/** The parts of an export, each of rows with the same keys. */
export const SECTIONS = {
  answers: answerRows,
  revisions: revisionRows,
  exemptions: exemptionRows,
  verdicts: verdictRows,
} as const;
export type Part = keyof typeof SECTIONS;
