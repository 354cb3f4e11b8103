import type { Deps } from "../../deps.ts";
import { PATHS } from "../../endpoints/metadata.ts";
import {
  deleteRegistration,
  readRegistration,
  register,
  updateRegistration,
} from "../../endpoints/register.ts";
import type { RegistrationRequest } from "../../endpoints/register.ts";
import { readJson } from "../json-body.ts";
import type { IncomingRequest } from "../request.ts";
import { emptyResponse, errorResponse, privateResponse } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";

const CORS = { cors: true };
/** The `Authorization` header of RFC 6750 §2.1. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** A request for one registered client; the body is read by the methods that have one. */
interface RegistrationInput extends Labels {
  /** "" where a client is yet to be registered. */
  id: string;
  request: Request;
  /** The bearer token. */
  token: string | undefined;
  address: () => string;
}

type RegistrationRoute = Route<RegistrationInput>;

/** Dynamic registration (RFC 7591) and its management (RFC 7592); none where registration is switched off. */
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
      await deleteRegistration(deps, id, { ...input, metadata: undefined });
      return ["deleted", emptyResponse()];
    }),
  ];
}

function readInput({ request, pathParameters, address }: IncomingRequest): RegistrationInput {
  const token = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
  const { id } = pathParameters;
  return { id: id ?? "", clientId: id, request, token, address };
}

/** RFC 7591 §3.1: the client's metadata is a JSON document. */
async function withMetadata({ request, token, address }: RegistrationInput): Promise<RegistrationRequest> {
  return { metadata: await readJson(request), token, address };
}
