import { Banner } from "#components/ui/banner.tsx";
import type { Share } from "#lib/impact/schema.ts";
import { shareWords } from "./impact-words.ts";

/** What will change, in sentences; with a warning where it concerns many hosts. */
export function ImpactFacts({ words, impact }: { words: readonly string[]; impact: Share }) {
  return (
    <>
      <ul aria-label="What will change" className="list-disc space-y-1.5 pl-5 text-ink text-sm">
        {words.map((sentence) => (
          <li key={sentence} className="text-pretty break-words">
            {sentence}
          </li>
        ))}
      </ul>
      {impact.confirm && <Banner tone="warning">{shareWords(impact)}</Banner>}
    </>
  );
}
