import { hash, verify } from "@node-rs/argon2";
import { AppError } from "#lib/errors.ts";

/** OWASP's least for argon2id (the library's default kind); about 25 ms on one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash nobody's password has, at the same cost: unknown accounts take as long as known ones. */
const DECOY =
  "$argon2id$v=19$m=19456,t=2,p=1$+pSA50LWO8rKnSpr995t7A$h5iJ/eJPRSGp4+y5GDjo43uQlsyK6EffcAzvOkC28zI";

/**
 * Hashing shares four threads with gunzip and DNS of the whole process. More than these at once
 * (a second's worth) and a flood of log-ins would delay the agents.
 */
const PENDING_MAX = 64;
let pending = 0;

async function bounded<T>(work: () => Promise<T>): Promise<T> {
  if (pending >= PENDING_MAX) {
    throw new AppError("too_many_requests", "Too many people sign in at once.", {
      retryAfterSeconds: 1,
    });
  }
  pending++;
  try {
    return await work();
  } finally {
    pending--;
  }
}

/** argon2id in PHC form. */
export const hashPassword = (password: string): Promise<string> =>
  bounded(() => hash(password, COST));

/** Takes equally long whether there is a hash (a known account with a password) or not. */
export async function passwordMatches(
  passwordHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  const matches = await bounded(() => verify(passwordHash ?? DECOY, password));
  return matches && Boolean(passwordHash);
}
