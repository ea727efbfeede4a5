import type { EnrollSecret } from "./enroll-secrets.ts";
import type { SecretJson } from "./schema.ts";

export const serializeSecret = (secret: EnrollSecret): SecretJson => ({
  secret: secret.secret,
  created_at: secret.createdAt.toISOString(),
  team_id: secret.teamId,
  expires_at: secret.expiresAt?.toISOString() ?? null,
});

export const serializeSecrets = (secrets: EnrollSecret[]) => ({
  secrets: secrets.map(serializeSecret),
});

/** Fleet's shape of the global secrets. */
export const serializeSecretSpec = (secrets: EnrollSecret[]) => ({
  spec: serializeSecrets(secrets),
});
