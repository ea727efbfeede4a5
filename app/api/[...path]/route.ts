import { notFound } from "#lib/errors.ts";
import { route } from "#lib/http/route.ts";

/** An address of the API that no other file serves: a client that reads JSON gets JSON. */
const nothing = route({ summary: "Nothing", access: "public", beforeSetup: true }, ({ request }) =>
  Promise.reject(notFound(new URL(request.url).pathname)),
);

export {
  nothing as DELETE,
  nothing as GET,
  nothing as HEAD,
  nothing as PATCH,
  nothing as POST,
  nothing as PUT,
};
