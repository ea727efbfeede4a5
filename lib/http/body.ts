import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError, badRequest } from "#lib/errors.ts";

/** The largest thing people send is a set of policies as one spec; 8 MiB holds 5,000 long ones. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024;

const unzip = promisify(gunzip);

const tooLarge = (bytesMax: number) =>
  new AppError("too_large", `The body may have ${bytesMax} bytes at most.`);

async function readBytes(request: Request, bytesMax: number): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge(bytesMax);
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON body of a request, gunzipped if need be, bounded before and after. */
export async function readJson(request: Request, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  let bytes = await readBytes(request, bytesMax);
  if (bytes.length === 0) throw badRequest("Expected JSON Body");
  if (request.headers.get("content-encoding") === "gzip") {
    bytes = await unzip(bytes, { maxOutputLength: bytesMax }).catch((cause: unknown) => {
      throw new AppError("bad_request", "The body is not valid gzip, or too large.", { cause });
    });
  }
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new AppError("bad_request", `The body is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
