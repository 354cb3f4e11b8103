import { z } from "zod";
import { CAUSES } from "../errors/causes.ts";
import type { Cause } from "../errors/causes.ts";
import { STATUS } from "../errors/codes.ts";
import type { CauseSpec } from "../errors/codes.ts";
import type { AdminErrorCode } from "../admin/admin-error.ts";
import { takesIdempotencyKey } from "./operation.ts";
import type { Operation } from "./operation.ts";

/** An error of the admin API (RFC 9457 §3). */
export const PROBLEM = z
  .looseObject({
    type: z.string().meta({ format: "uri", description: "What kind of problem: what a program decides by." }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional().meta({ description: "What exactly is wrong with this request." }),
    hint: z.string().optional().meta({ description: "How to fix it." }),
    request_id: z
      .string()
      .optional()
      .meta({ description: "Identifies the request in the log and in events." }),
    resource: z
      .string()
      .optional()
      .meta({ description: "What was not found, or is in use: such as `client`." }),
    violations: z
      .array(
        z.looseObject({
          pointer: z
            .string()
            .optional()
            .meta({ description: "The member of the body, as a JSON pointer (RFC 6901)." }),
          parameter: z.string().optional().meta({ description: "The parameter." }),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem" });

/** The cause of each refusal of an operation, which has its status. */
export const CAUSE_OF = {
  not_found: "resource_not_found",
  invalid: "input_invalid",
  conflict: "resource_conflict",
  precondition_failed: "precondition_failed",
  not_allowed: "state_conflict",
} as const satisfies Record<AdminErrorCode, Cause>;

const ANY_REQUEST = [
  "parameter_repeated",
  "too_many_parameters",
  "secret_in_url",
  "admin_token_missing",
  "admin_token_refused",
  "admin_scope_missing",
  "url_too_long",
  "input_invalid",
  "store_busy",
  "unexpected",
] as const satisfies readonly Cause[];

const ANY_BODY = ["malformed_body", "body_too_large", "body_not_json"] as const satisfies readonly Cause[];

const IDEMPOTENCY = [
  "idempotency_key_reused",
  "idempotent_request_in_progress",
  "idempotent_outcome_unknown",
] as const satisfies readonly Cause[];

/** The causes for which an operation may refuse a request. */
export function causesOf(operation: Operation): readonly Cause[] {
  const { body, refuses = [], method, tagged } = operation;
  return [
    ...ANY_REQUEST,
    ...(body === undefined ? [] : ANY_BODY),
    ...refuses.map((code) => CAUSE_OF[code]),
    ...(operation.formats === undefined ? [] : (["too_many_streams"] as const)),
    ...(takesIdempotencyKey(operation) ? IDEMPOTENCY : []),
    ...(method !== "GET" && !tagged ? (["precondition_failed"] as const) : []),
  ];
}

/** The error responses of an operation in OpenAPI, by status. */
export function errorsOf(operation: Operation): Record<string, object> {
  const specs = causesOf(operation).map((cause) => ({ cause, ...specOf(cause) }));
  const byStatus = Map.groupBy(specs, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, all]) => {
      const lines = all.map(({ cause, description }) => `- \`${cause}\`: ${description}`);
      const schema = { $ref: "#/components/schemas/Problem" };
      return [
        String(status),
        { description: lines.join("\n"), content: { "application/problem+json": { schema } } },
      ];
    }),
  );
}

function specOf(cause: Cause): { status: number; description: string } {
  const { code, status, description }: CauseSpec = CAUSES[cause];
  return { status: status ?? STATUS[code], description };
}
