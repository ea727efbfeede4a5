"use client";

import { useState } from "react";

interface Selection {
  of: string;
  ids: string[];
  everything: boolean;
}

/**
 * Rows chosen on the pages of one list. Another list (`of`, its filters as text) starts with none:
 * what was chosen there is no longer in sight.
 */
export function useSelection(of: string) {
  const [stored, setStored] = useState<Selection>({ of, ids: [], everything: false });
  const { ids, everything } = stored.of === of ? stored : { ids: [], everything: false };
  return {
    ids,
    everything,
    select: (next: string[]) => setStored({ of, ids: next, everything: false }),
    selectEverything: () => setStored({ of, ids, everything: true }),
    clear: () => setStored({ of, ids: [], everything: false }),
  };
}
