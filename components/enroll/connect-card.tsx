"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import { CodeBlock } from "#components/ui/code.tsx";
import { Tab, Tabs, TabsContent, TabsList } from "#components/ui/tabs.tsx";
import { configureCommands, type EnrollTarget, flagFile } from "./commands.ts";
import { DownloadButton } from "./download-button.tsx";
import { PLATFORM_NAMES, PLATFORMS, type Platform, type PlatformName } from "./platforms.ts";

export function ConnectCard({ target }: { target: EnrollTarget }) {
  const [platform, setPlatform] = useQueryState(
    "platform",
    parseAsStringLiteral(PLATFORM_NAMES).withDefault("macos"),
  );
  return (
    <Card title="Connect a machine" flush>
      <Tabs value={platform} onValueChange={(next) => setPlatform(next as PlatformName)}>
        <TabsList aria-label="Operating system" className="px-4">
          {PLATFORM_NAMES.map((name) => (
            <Tab key={name} value={name}>
              {PLATFORMS[name].label}
            </Tab>
          ))}
        </TabsList>
        {PLATFORM_NAMES.map((name) => (
          <TabsContent key={name} value={name} className="p-4">
            <PlatformSteps name={name} target={target} />
          </TabsContent>
        ))}
      </Tabs>
    </Card>
  );
}

function PlatformSteps({ name, target }: { name: PlatformName; target: EnrollTarget }) {
  const platform: Platform = PLATFORMS[name];
  return (
    <ol className="flex flex-col gap-6">
      <Step number={1} title="Install osquery" hint={platform.note}>
        <CodeBlock label="Install commands">{platform.install}</CodeBlock>
      </Step>
      <Step
        number={2}
        title="Write its secret and its flags"
        hint={
          target.caCertificate
            ? "Includes the certificate of this server's own authority, so that osquery trusts it."
            : "osquery trusts the public authorities it came with. If your certificate is from a private one, save that one's PEM on the host and add --tls_server_certs=FILE."
        }
      >
        <CodeBlock label="Configuration commands">{configureCommands(name, target)}</CodeBlock>
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <span className="text-muted text-xs">Or as files, for your deployment tool:</span>
          <DownloadButton
            fileName="osquery.flags"
            label="Flag file"
            text={`${flagFile(name, target)}\n`}
          />
          <DownloadButton fileName="enroll_secret" label="Secret" text={`${target.secret}\n`} />
          {target.caCertificate && (
            <DownloadButton fileName="ca.pem" label="CA certificate" text={target.caCertificate} />
          )}
        </div>
      </Step>
      <Step number={3} title="Start it">
        <CodeBlock label="Start commands">{platform.start}</CodeBlock>
      </Step>
    </ol>
  );
}

interface StepProps {
  number: number;
  title: string;
  hint?: string;
  children: ReactNode;
}

function Step({ number, title, hint, children }: StepProps) {
  return (
    <li className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-3">
      <span
        aria-hidden
        className="grid size-6 place-items-center rounded-full border border-line bg-sunken font-semibold text-2xs text-muted tabular-nums"
      >
        {number}
      </span>
      <div className="min-w-0">
        <h3 className="font-medium text-base leading-6">{title}</h3>
        {hint && <p className="text-pretty text-muted text-xs">{hint}</p>}
        <div className="mt-2">{children}</div>
      </div>
    </li>
  );
}
