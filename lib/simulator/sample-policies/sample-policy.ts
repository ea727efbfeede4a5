/** Fields as the API takes them: `platform` is a comma list, empty for all. */
export interface SamplePolicy {
  name: string;
  query: string;
  description: string;
  /** Markdown for the person at the machine. */
  resolution: string;
  platform: string;
  critical: boolean;
}
