import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import {
  changeOwnStream,
  createOwnStream,
  deleteOwnStream,
  readStreams,
  transmitterConfiguration,
  verifyStream,
} from "../../endpoints/streams/configuration.ts";
import type { ReceiverRequest } from "../../endpoints/streams/configuration.ts";
import { poll } from "../../endpoints/streams/poll.ts";
import { changeStatus, readStatus } from "../../endpoints/streams/status.ts";
import { SIGNAL_PATHS } from "../../signals/signal-paths.ts";
import { bearerToken } from "../bearer-token.ts";
import { readJson } from "../json-body.ts";
import { readQuery } from "../request.ts";
import type { IncomingRequest } from "../request.ts";
import { errorResponse, noContent, privateResponse, publicResponse } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";

type StreamRoute = Route<Labels & ReceiverRequest>;

/** What one method of one path does, and the response to it. */
type Row = [
  method: StreamRoute["method"],
  path: string,
  outcome: string,
  run: (deps: Deps, request: ReceiverRequest) => Promise<unknown>,
  status?: 201 | 204,
];

const { streams, status, verify, poll: polled } = SIGNAL_PATHS;

const ROWS: readonly Row[] = [
  ["GET", streams, "read", readStreams],
  ["POST", streams, "created", createOwnStream, 201],
  ["PATCH", streams, "updated", (deps, request) => changeOwnStream(deps, request, false)],
  ["PUT", streams, "updated", (deps, request) => changeOwnStream(deps, request, true)],
  ["DELETE", streams, "deleted", deleteOwnStream, 204],
  ["GET", status, "read", readStatus],
  ["POST", status, "updated", changeStatus],
  ["POST", verify, "requested", verifyStream, 204],
  ["POST", `${polled}/:id`, "polled", poll],
];

/** The routes of the transmitter of Shared Signals (SSF 1.0), for receivers. */
export function streamRoutes(deps: Deps): StreamRoute[] {
  const route = ([method, path, outcome, run, code]: Row): StreamRoute => ({
    name: "shared_signals",
    method,
    path,
    cors: false,
    read: readRequest,
    async run(request) {
      const body = await run(deps, request);
      return [outcome, code === 204 ? noContent() : privateResponse(body, { status: code ?? 200 })];
    },
    errorResponse: (error) => errorResponse(error),
  });
  return [
    ...ROWS.map(route),
    {
      name: "shared_signals",
      method: "GET",
      path: SIGNAL_PATHS.configuration,
      cors: false,
      read: readRequest,
      run: () => ["served", publicResponse(transmitterConfiguration(deps, PATHS.jwks), deps.jwksMaxAge)],
      errorResponse: (error) => errorResponse(error),
    },
  ];
}

function readRequest({ request, pathParameter }: IncomingRequest): ReceiverRequest {
  return {
    token: bearerToken(request.headers),
    streamId: pathParameter("id") ?? readQuery(request.url).get("stream_id"),
    body: () => readJson(request),
  };
}
