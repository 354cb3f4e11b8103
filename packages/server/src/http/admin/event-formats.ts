import { z } from "zod";
import type { EventJson } from "../../admin/events.ts";
import type { Listing } from "../../admin/listing.ts";
import { STREAM_QUERY } from "../../admin-api/events.ts";
import { parseParameters } from "../../admin-api/input.ts";
import type { Operation } from "../../admin-api/operation.ts";
import { bearerToken } from "../bearer-token.ts";
import type { AdminApiDeps, AuthorizedRequest } from "./authorized-request.ts";
import { authorize } from "./authorize.ts";
import { EXPORT_FORMATS, exportEvents } from "./event-export.ts";
import type { ExportFormat } from "./event-export.ts";

/**
 * Makes the response to a request for events in another format than JSON, by its `Accept`: an export of all that match, or
 * a stream of those to come.
 *
 * @returns null: the request is for a page in JSON
 * @throws InputError, AdminError; OAuthError `too_many_streams`
 */
export async function otherFormat(
  operation: Operation,
  { deps, admin, streams }: AdminApiDeps,
  { request, input, administrator }: AuthorizedRequest,
): Promise<Response | null> {
  if (operation.formats === undefined) return null;
  const format = preferred(request.headers.get("accept") ?? "*/*");
  if (format === null) return null;
  if (format === "text/event-stream") {
    const { after, ...filter } = parseParameters(z.strictObject(STREAM_QUERY), input.query);
    return streams.open(admin, {
      filter,
      after: request.headers.get("last-event-id") ?? after,
      authorize: () => authorize(deps, bearerToken(request.headers), operation.scope),
    });
  }
  return exportEvents(format, async (after) => {
    const query = { ...input.query, limit: "1000", ...(after === undefined ? {} : { after }) };
    const page = await operation.invoke(admin, { ...input, query }, { actor: administrator.actor });
    return page as Listing<EventJson>;
  });
}

/** The format that a client likes best (RFC 9110 §12.5.1); null: JSON, which one that accepts none of them gets too. */
function preferred(accept: string): ExportFormat | "text/event-stream" | null {
  const ranges = accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) };
  });
  const best = ranges.toSorted((one, other) => other.quality - one.quality)[0]?.type;
  return best === "text/event-stream" ? best : (EXPORT_FORMATS.find((format) => format === best) ?? null);
}
