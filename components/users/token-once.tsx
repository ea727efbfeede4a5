"use client";

import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code.tsx";
import { DialogFooter } from "#components/ui/dialog.tsx";

interface TokenOnceProps {
  token: string;
  onDone: () => void;
}

/** The only moment at which a token can be seen. Inside a dialog's body. */
export function TokenOnce({ token, onDone }: TokenOnceProps) {
  return (
    <div className="flex flex-col gap-3">
      <Banner tone="warning" title="Copy the token now">
        It is kept as a hash and cannot be shown again.
      </Banner>
      <CodeBlock label="API token" wrap className="[&_pre]:break-all">
        {token}
      </CodeBlock>
      <p className="text-muted text-xs">
        Programs send it with every request, as <code>Authorization: Bearer TOKEN</code>.
      </p>
      <DialogFooter>
        <Button variant="primary" onClick={onDone}>
          I have copied it
        </Button>
      </DialogFooter>
    </div>
  );
}
