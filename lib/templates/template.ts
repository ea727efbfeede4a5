import type { OsqueryPlatform } from "#lib/osquery/tables.ts";

/** What a template is about. Few and fixed: people filter by them. */
export const TOPICS = [
  "accounts",
  "backup",
  "boot",
  "browser",
  "disk",
  "firewall",
  "hardening",
  "logging",
  "malware",
  "remote-access",
  "screen-lock",
  "sharing",
  "ssh",
  "updates",
] as const;
export type Topic = (typeof TOPICS)[number];

export const FRAMEWORKS = {
  "cis-v8": "CIS Controls v8",
  "iso-27001": "ISO/IEC 27001:2022",
} as const;
export type Framework = keyof typeof FRAMEWORKS;

/** A safeguard of CIS Controls v8, or a control of ISO/IEC 27001:2022 Annex A. */
export type Control = `cis-v8:${number}.${number}` | `iso-27001:A.${5 | 6 | 7 | 8}.${number}`;

export interface PolicyTemplate {
  /** Stands in URLs; never changes. */
  id: string;
  /** Different in all templates, so that any of them can be used side by side. */
  name: string;
  platforms: readonly OsqueryPlatform[];
  /** Why it matters, in words for anybody. */
  description: string;
  /** Markdown for the person whose computer it is. */
  resolution: string;
  query: string;
  critical: boolean;
  topics: readonly Topic[];
  /** Only where the control asks for just this; an auditor reads them. */
  controls: readonly Control[];
}

/** As policies have them: topics, then controls. */
export const tagsOf = ({ topics, controls }: PolicyTemplate): string[] => [...topics, ...controls];
