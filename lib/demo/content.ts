import { type SamplePolicy, samplePolicies } from "../simulator/sample-policies.ts";

export interface DemoTeam {
  name: string;
  description: string;
  /** What its hosts run; all platforms when absent. */
  platforms?: ("darwin" | "windows" | "linux")[];
  /** Sample policies that are the team's own, by the start of their name. */
  policies: string[];
}

export const DEMO_EMAIL = "admin@example.com";

export const demoTeams: DemoTeam[] = [
  {
    name: "Engineering",
    description: "People who build the product, on the system they like",
    policies: ["SSH keys have a passphrase"],
  },
  {
    name: "Office",
    description: "Sales, finance and everyone else",
    platforms: ["darwin", "windows"],
    policies: [],
  },
  {
    name: "Servers",
    description: "Machines without a person in front of them",
    platforms: ["linux"],
    policies: ["Root cannot log in over SSH"],
  },
];

const belongsTo = (team: DemoTeam) => (policy: SamplePolicy) =>
  team.policies.some((start) => policy.name.startsWith(start));

export const teamPolicies = (team: DemoTeam) => samplePolicies.filter(belongsTo(team));

export const globalPolicies = () =>
  samplePolicies.filter((policy) => !demoTeams.some((team) => belongsTo(team)(policy)));
