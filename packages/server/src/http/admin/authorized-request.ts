import type { Admin } from "../../admin/admin.ts";
import type { OperationRequest } from "../../admin-api/operation.ts";
import type { Deps } from "../../deps.ts";
import type { Labels } from "../serve.ts";
import type { Administrator } from "./authorize.ts";
import type { EventStreams } from "./event-streams.ts";

/** What the admin API works with. */
export interface AdminApiDeps {
  deps: Deps;
  admin: Admin;
  streams: EventStreams;
}

/** A request whose sender is authorized. */
export interface AuthorizedRequest extends Labels {
  administrator: Administrator;
  /** The client's, for log and metric. */
  clientId: string;
  request: Request;
  input: OperationRequest;
}
