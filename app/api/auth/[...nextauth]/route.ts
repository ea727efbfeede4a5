import { nextAuthHandler } from "#lib/auth/next-auth-handler.ts";
import { originOf, signIn } from "#lib/users/login.ts";

const handler = nextAuthHandler((credentials, headers) => signIn(credentials, originOf(headers)));

export { handler as GET, handler as POST };
