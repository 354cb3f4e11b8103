import { z } from "zod";
import type { Admin, By } from "../admin/admin.ts";
import type { AdminErrorCode } from "../admin/admin-error.ts";
import { parseBody, parseParameters } from "./input.ts";

/** What an operation needs: `read` is enough to look, `write` to change. */
export type OperationScope = "read" | "write";

/** The parts of a request, as they were sent. */
export interface OperationRequest {
  /** The segments of the path by the names in `path`, decoded. */
  path: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined if there is no body. */
  body: unknown;
}

/** Schemas of the members of a path or a query. */
type Parameters = Record<string, z.ZodType>;

type NoParameters = Record<string, z.ZodNever>;

/** The operation of an `Admin` on parsed input. */
interface Input<Path extends Parameters, Query extends Parameters, Body extends z.ZodType> {
  path: z.output<z.ZodObject<Path>>;
  query: z.output<z.ZodObject<Query>>;
  body: z.output<Body>;
  /** Who asks. `matches`: whether the resource is the one that the request's `If-Match` names. */
  by: OperationBy;
}

export interface OperationBy extends Required<By> {
  /** Undefined: the request has no `If-Match`. */
  matches?: (present: object) => boolean;
}

/** What a row of the table says. */
interface Row<Path extends Parameters, Query extends Parameters, Body extends z.ZodType> {
  /** As the method of `Admin`: `grants.list`. It is the `operationId` too. */
  name: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below `/admin/v1`, in OpenAPI's syntax. */
  path: string;
  scope: OperationScope;
  /** A sentence without a full stop. */
  summary: string;
  /** Markdown. */
  description?: string;
  parameters?: Path;
  query?: Query;
  /** Of the JSON body. Without one, a body is not read. */
  body?: Body;
  /** 200 unless it is given; with 204 there is no body. */
  status?: 200 | 201 | 204;
  /** Of the JSON of a response. */
  response?: z.ZodType;
  /** Why the operation itself may refuse, besides `invalid`. */
  refuses?: readonly Exclude<AdminErrorCode, "invalid">[];
  /** The response has an `ETag`, and a request that changes this resource may have `If-Match`. */
  tagged?: true;
  /** Other media types of the response, by `Accept`, each with what it is. */
  formats?: Readonly<Record<string, string>>;
  /** The work may take longer than proxies wait for a response. */
  long?: true;
  call: (admin: Admin, input: Input<Path, Query, Body>) => Promise<unknown>;
}

/** One row of the table: an operation of the admin API. */
export type Operation = Omit<Row<Parameters, Parameters, z.ZodType>, "call"> & {
  /** The part of the name before the dot: the tag in OpenAPI. */
  group: string;
  /**
   * Parses the request by the row's schemas and calls the operation.
   *
   * @throws InputError with every violation; AdminError
   */
  invoke: (admin: Admin, request: OperationRequest, by: OperationBy) => Promise<unknown>;
};

/** An Idempotency-Key: visible ASCII, as a string of structured fields (RFC 9651 §3.3.3) with its quotation marks or without. */
export const IDEMPOTENCY_KEY_FORM =
  /^(?:"([\x21\x23-\x5B\x5D-\x7E]{1,255})"|([\x21\x23-\x5B\x5D-\x7E]{1,255}))$/;

/** Whether requests for an operation may have an Idempotency-Key. Those of other methods can be repeated as they are. */
export function takesIdempotencyKey({ method, scope, long }: Operation): boolean {
  return method === "POST" && scope === "write" && long !== true;
}

/** Makes a row. The types of path, query and body follow from its schemas. */
export function operation<
  Path extends Parameters = NoParameters,
  Query extends Parameters = NoParameters,
  Body extends z.ZodType = z.ZodUndefined,
>({ call, ...row }: Row<Path, Query, Body>): Operation {
  const path = z.strictObject(row.parameters ?? ({} as Path));
  const query = z.strictObject(row.query ?? ({} as Query));
  const { body } = row;
  return {
    ...row,
    group: row.name.slice(0, row.name.indexOf(".")),
    invoke: async (admin, request, by) =>
      call(admin, {
        path: parseParameters(path, request.path),
        query: parseParameters(query, request.query),
        // Without a schema, `Body` is the type of undefined.
        body: (body === undefined ? undefined : parseBody(body, request.body)) as z.output<Body>,
        by,
      }),
  };
}
