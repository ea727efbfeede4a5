import type { Role } from "./roles.ts";

export interface UserViewer {
  kind: "user";
  id: number;
  name: string;
  email: string;
  globalRole: Role | null;
  teams: { id: number; role: Role }[];
  apiOnly: boolean;
  forcePasswordReset: boolean;
  sessionId: number;
  /** session: a person who signed in. api: a token made for programs. */
  sessionKind: "session" | "api";
}

/** As much of a user as decides what they may do. */
export type Rights = Pick<UserViewer, "kind" | "globalRole" | "teams">;

/** The server acting by itself, or an operator at its command line. */
export interface SystemViewer {
  kind: "system";
  name: string;
}

/** Who asks. Every domain function takes one first. */
export type Viewer = UserViewer | SystemViewer;

export const SYSTEM: SystemViewer = { kind: "system", name: "Muster" };
