"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useViewer } from "#components/layout/viewer.ts";
import { Banner } from "#components/ui/banner.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { plural } from "#lib/format.ts";
import { revisionOptions } from "#lib/policies/client.ts";
import { changeWords } from "./revision-words.ts";
import { teamLabel } from "./team-label.ts";

interface FormState {
  isDirty: boolean;
  isSubmitting: boolean;
}

interface Meanwhile {
  /** Says who edited the policy while this form held changes of it. */
  notice: ReactNode;
  dialog: ReactNode;
  /** False: the person would rather look first. */
  mayBeSaved: () => Promise<boolean>;
}

/**
 * Notices that somebody else edited a policy while a form holds unsaved changes of it. A form that
 * holds none shows what is in force, so it begins anew with every revision. `version` is undefined for a
 * policy that is not there yet.
 */
export function useMeanwhile(
  id: number,
  version: number | undefined,
  { isDirty, isSubmitting }: FormState,
): Meanwhile {
  const [opened, setOpened] = useState(version);
  const [answer, setAnswer] = useState<(goOn: boolean) => void>();
  // Its own saving raises the version too, before the form is told that nothing is unsaved.
  if (!isDirty && !isSubmitting && opened !== version) setOpened(version);
  const edits = isDirty ? (version ?? 0) - (opened ?? 0) : 0;
  const what = edits > 0 && <EditedBy id={id} version={version ?? 0} edits={edits} />;

  function mayBeSaved(): Promise<boolean> {
    if (edits <= 0) return Promise.resolve(true);
    return new Promise((resolve) => setAnswer(() => resolve));
  }

  function close(goOn: boolean) {
    answer?.(goOn);
    setAnswer(undefined);
  }

  const notice = what && !isSubmitting && (
    <Banner tone="warning" title="Edited since you opened it">
      {what} What you did not touch is shown as it is now; saving puts yours in place of the rest.
    </Banner>
  );
  const dialog = (
    <ConfirmDialog
      open={answer !== undefined}
      onOpenChange={(open) => !open && close(false)}
      title="Save over somebody’s edit?"
      description={<>{what} Fields that you changed as well become yours.</>}
      confirmLabel="Save all the same"
      danger={false}
      onConfirm={async () => close(true)}
    />
  );
  return { notice, dialog, mayBeSaved };
}

/** "Ann edited it 2 minutes ago: Changed the SQL." */
function EditedBy({ id, version, edits }: { id: number; version: number; edits: number }) {
  const viewer = useViewer();
  const { data } = useQuery(revisionOptions(id, version));
  if (!data) return <>Revision {version} is in force now.</>;
  const { author_name: author, created_at: at } = data.revision;
  const teamName = (teamId: number | null) => (viewer ? teamLabel(viewer, teamId) : "");
  const words = changeWords(data.revision, teamName);
  return (
    <>
      {author} edited it <RelativeTime value={at} />
      {words && `: ${words}`}
      {edits > 1 && `, after ${plural(edits - 1, "other edit")}`}.
    </>
  );
}
