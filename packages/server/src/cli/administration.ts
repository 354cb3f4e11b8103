import type { Command } from "commander";
import { createAdmin } from "../admin/admin.ts";
import type { Admin } from "../admin/admin.ts";
import type { GrantExplanationJson } from "../admin/grants/explain.ts";
import type { EventJson } from "../admin/events.ts";
import { createFirstKeys, openKeys } from "../admin/open-keys.ts";
import { OPERATIONS } from "../admin-api/table.ts";
import type { Operation, OperationRequest } from "../admin-api/operation.ts";
import type { Store } from "../store/store.ts";
import { databaseError } from "./database-error.ts";
import { credentialsFor } from "./remote/credentials.ts";
import { streamedEvents } from "./remote/event-stream.ts";
import { send } from "./remote/send.ts";
import { serverOf } from "./remote/server.ts";
import { actor, toCliError, withStore } from "./session.ts";
import type { Session } from "./session.ts";

/** Operations whose name is no method of `Admin`, and what they return. */
interface OtherResults {
  "grants.explainToken": GrantExplanationJson;
  "grants.revokeOfSubject": { revoked: number };
  "grants.revokeOfClient": { revoked: number };
}

type MethodNames = {
  [Group in keyof Admin]: Admin[Group] extends (...args: never) => unknown
    ? Group
    : `${Group}.${keyof Admin[Group] & string}`;
}[keyof Admin];

/** The operations of the admin API. */
export type OperationName = MethodNames | keyof OtherResults;

/** What an operation returns, in wire names. */
export type OperationResult<Name extends OperationName> = Name extends keyof OtherResults
  ? OtherResults[Name]
  : Name extends `${infer Group extends keyof Admin}.${infer Method}`
    ? Method extends keyof Admin[Group]
      ? Admin[Group][Method] extends (...args: never) => infer Result
        ? Awaited<Result>
        : never
      : never
    : never;

/** The parts of a request, by the names on the wire. An undefined member is left out. */
export interface Request {
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: object;
}

/** Members of a query that are text. */
type Query = Readonly<Record<string, string | undefined>>;

/** What a command administers: the database, or a service over HTTP. Both are asked in the same words. */
export interface Administration {
  /**
   * Carries out an operation of the admin API.
   *
   * @throws CliError it is refused; its `code` says why
   */
  call: <Name extends OperationName>(name: Name, request?: Request) => Promise<OperationResult<Name>>;
  /** Yields the events after one as they come, until `stop` aborts; null: they are read from the database in turns. */
  stream: ((filter: Query, after: string, stop: AbortSignal) => AsyncGenerator<EventJson[], void>) | null;
  /** The clock of the database or the service, ms. */
  now: () => number;
  /** The database and the settings, where the command works on it. */
  local: { store: Store; session: Session } | null;
}

/**
 * Runs `work` with what the command administers: the service of `--server`, else the database.
 *
 * @param options `keys`: a new database gets its first keys
 * @throws CliError as `withStore`; the server refuses, or does not respond
 */
export async function withAdministration<T>(
  command: Command,
  work: (administration: Administration) => Promise<T>,
  { keys: needsKeys = false }: { keys?: boolean } = {},
): Promise<T> {
  const server = serverOf(command);
  if (server !== undefined) return work(remoteAdministration(server));
  return withStore(command, async (store, session, opened) => {
    const { config, sources } = session;
    // The service may be configured elsewhere, so the next key keeps the algorithm unless this command sets one.
    const keepAlgorithm = sources.signingAlgorithm === "default";
    const parts = await openKeys(opened, config, keepAlgorithm).catch((error: unknown) => {
      throw databaseError(error, config.database);
    });
    if (needsKeys) await createFirstKeys(parts);
    const settings = { ...config, signingAlgorithm: parts.rotation.algorithm };
    const admin = createAdmin({ deps: { store, keys: parts.keys }, config: settings, actor: actor() });
    const call = async (name: string, request: Request = {}) => {
      try {
        return await operationNamed(name).invoke(admin, wireRequest(request), { actor: actor() });
      } catch (error) {
        throw toCliError(error);
      }
    };
    const now = () => store.now();
    return work({ call: call as Administration["call"], stream: null, now, local: { store, session } });
  });
}

function remoteAdministration(server: string): Administration {
  const remote = { server, credentials: credentialsFor(server) };
  let ahead = 0;
  const call = async (name: string, request: Request = {}) => {
    const { body, date } = await send(remote, operationNamed(name), wireRequest(request));
    if (date !== null) ahead = date - Date.now();
    return body;
  };
  const stream = (filter: Query, after: string, stop: AbortSignal) =>
    streamedEvents(remote, { filter, after }, stop);
  return { call: call as Administration["call"], stream, now: () => Date.now() + ahead, local: null };
}

/** Each value as it is sent, also where it is not: both are checked by the same schemas. */
function wireRequest({ path = {}, query = {}, body }: Request): OperationRequest {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return {
    path,
    query: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    body: body === undefined ? undefined : JSON.parse(JSON.stringify(body)),
  };
}

function operationNamed(name: string): Operation {
  const operation = OPERATIONS.find((each) => each.name === name);
  if (operation === undefined) throw new Error(`the admin API has no operation ${name}`);
  return operation;
}
