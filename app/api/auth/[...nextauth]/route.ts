import { handleNextAuth } from "#lib/users/next-auth-handler.ts";

export { handleNextAuth as GET, handleNextAuth as POST };
