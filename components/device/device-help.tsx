import { LifeBuoy } from "lucide-react";
import { Button } from "#components/ui/button.tsx";

interface DeviceHelpProps {
  contactUrl: string;
  organisation: string;
}

/** The setting is free text: anything but a web page or an e-mail address is not a link. */
function isSafeLink(url: string): boolean {
  return URL.canParse(url) && /^(https?|mailto):$/.test(new URL(url).protocol);
}

export function DeviceHelp({ contactUrl, organisation }: DeviceHelpProps) {
  return (
    <section
      aria-label="Help"
      className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-line bg-surface px-4 py-3.5 shadow-xs sm:px-5"
    >
      <LifeBuoy aria-hidden className="size-5 shrink-0 text-muted" />
      <p className="min-w-0 flex-1 basis-48 text-pretty text-sm">
        <span className="font-medium">Stuck?</span>{" "}
        <span className="text-muted">
          {contactUrl
            ? `The people who run this for ${organisation} can help.`
            : `Ask the help desk of ${organisation}, and show them this page.`}
        </span>
      </p>
      {isSafeLink(contactUrl) && (
        <Button asChild>
          <a href={contactUrl} target="_blank" rel="noopener noreferrer">
            Get help
          </a>
        </Button>
      )}
    </section>
  );
}
