import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import {
  deleteRegistration,
  readRegistration,
  register,
  updateRegistration,
} from "../../endpoints/register.ts";
import type { RegistrationRequest } from "../../endpoints/register.ts";
import { bearerToken } from "../bearer-token.ts";
import { readJson } from "../json-body.ts";
import type { IncomingRequest } from "../request.ts";
import { emptyResponse, errorResponse, privateResponse } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";

const CORS = { cors: true };

/** A request for one registered client. The methods that have a body read it when they run. */
interface RegistrationInput extends Labels {
  /** From the path; "" for a client that is being registered. */
  id: string;
  request: Request;
  /** The initial access token (RFC 7591 §3) or the registration access token (RFC 7592 §2). */
  token: string | undefined;
  address: () => string;
}

type RegistrationRoute = Route<RegistrationInput>;

/**
 * The routes of dynamic registration (RFC 7591 §3) and of its management (RFC 7592 §2). Empty if registration is off.
 */
export function registrationRoutes(deps: Deps): RegistrationRoute[] {
  if (deps.registration.mode === "off") return [];
  const route = (
    method: RegistrationRoute["method"],
    path: string,
    run: RegistrationRoute["run"],
  ): RegistrationRoute => ({
    name: "register",
    method,
    path,
    cors: true,
    read: readInput,
    run,
    errorResponse: (error) => errorResponse(error, CORS),
  });
  const managed = `${PATHS.register}/:id`;
  return [
    route("POST", PATHS.register, async (input) => {
      const body = await register(deps, await withMetadata(input));
      // RFC 7591 §3.2.1: 201, and the response is not cached, since it contains secrets.
      return ["registered", privateResponse(body, { ...CORS, status: 201 })];
    }),
    route("GET", managed, async ({ id, ...input }) => {
      const body = await readRegistration(deps, id, { ...input, metadata: undefined });
      return ["read", privateResponse(body, CORS)];
    }),
    route("PUT", managed, async (input) => {
      const body = await updateRegistration(deps, input.id, await withMetadata(input));
      return ["updated", privateResponse(body, CORS)];
    }),
    route("DELETE", managed, async ({ id, ...input }) => {
      // RFC 7592 §2.3: 204, without a body.
      await deleteRegistration(deps, id, { ...input, metadata: undefined });
      return ["deleted", emptyResponse()];
    }),
  ];
}

/** Reads no body. RFC 7592 §2.1 and §2.3: GET and DELETE have none. */
function readInput({ request, pathParameter, address }: IncomingRequest): RegistrationInput {
  const token = bearerToken(request.headers);
  const id = pathParameter("id");
  return { id: id ?? "", clientId: id, request, token, address };
}

/** RFC 7591 §3.1, RFC 7592 §2.2: the client's metadata is a JSON document. */
async function withMetadata({ request, token, address }: RegistrationInput): Promise<RegistrationRequest> {
  return { metadata: await readJson(request), token, address };
}
