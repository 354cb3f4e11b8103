import { OAuthError } from "../errors/oauth-error.ts";
import { malformed } from "./body-formats.ts";
import { mediaType, readBody } from "./request.ts";

/**
 * Reads a body that must be JSON.
 *
 * @throws OAuthError `invalid_request`: 413 above 64 KiB, 415 for another media type, 400 for a malformed body
 */
export async function readJson(request: Request): Promise<unknown> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (
    mediaType(request.headers.get("content-type") ?? "") !== "application/json" ||
    encoding !== "identity"
  ) {
    throw new OAuthError("body_not_json");
  }
  const body = await readBody(request);
  try {
    return JSON.parse(body);
  } catch {
    throw malformed("JSON");
  }
}
