import { z } from "zod";
import { DELIVERY_METHODS } from "../../signals/stream.ts";
import { invalidMember } from "./receiver.ts";

const id = z.string().min(1).max(100);
const text = z.string().min(1).max(1024);

const DELIVERY = z.object({
  method: z.enum(DELIVERY_METHODS),
  endpoint_url: z.string().max(2048).optional(),
  authorization_header: z.string().max(4096).optional(),
});

/** What a receiver may set of a stream; what this service sets may be there and must be what it is (SSF 1.0 §8.1.1.3). */
const RECEIVER_SUPPLIED = {
  delivery: DELIVERY.optional(),
  events_requested: z.array(text).min(1).max(50).optional(),
  description: text.optional(),
};

const SCHEMAS = {
  create: z.object(RECEIVER_SUPPLIED),
  update: z.looseObject({ stream_id: id, ...RECEIVER_SUPPLIED }),
  status: z.object({
    stream_id: id,
    status: z.enum(["enabled", "paused", "disabled"]),
    reason: text.optional(),
  }),
  verify: z.object({ stream_id: id, state: z.string().max(1024).optional() }),
  // RFC 8936 §2.2 and §2.3
  poll: z.object({
    maxEvents: z.int().min(0).optional(),
    returnImmediately: z.boolean().optional(),
    ack: z.array(z.string().max(200)).optional(),
    setErrs: z
      .record(z.string().max(200), z.object({ err: z.string(), description: z.string().optional() }))
      .optional(),
  }),
};

type Requests = { [Name in keyof typeof SCHEMAS]: z.output<(typeof SCHEMAS)[Name]> };

/** Checks the body of a request. @throws OAuthError `invalid_request` with the first member that is wrong */
export function readRequest<Name extends keyof typeof SCHEMAS>(name: Name, body: unknown): Requests[Name] {
  const result = SCHEMAS[name].safeParse(body);
  if (result.success) return result.data as Requests[Name];
  // The names of members, never one that the request made up.
  const path = result.error.issues[0]?.path.filter(
    (part) => typeof part === "string" && /^\w{1,30}$/.test(part),
  );
  throw invalidMember(path?.slice(0, 2).join(".") || "body", "is missing or malformed");
}
