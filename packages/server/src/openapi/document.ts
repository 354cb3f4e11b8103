import { serviceDocumentation } from "../endpoints/metadata.ts";
import type { ErrorReason } from "../errors/codes.ts";
import { AUTHORIZATION_SCHEMAS, authorizationEndpoints } from "./authorization.ts";
import { DEVICE_SCHEMAS, deviceAuthorization } from "./device-authorization.ts";
import { documentation } from "./documentation.ts";
import { TAGS } from "./endpoint.ts";
import type { Endpoint, Success } from "./endpoint.ts";
import { EXPLANATION_SCHEMAS, explanationEndpoints } from "./explanation.ts";
import type { Instance } from "./instance.ts";
import { DOCUMENT_SCHEMAS, publicDocuments } from "./public-documents.ts";
import { causeOf, DOCUMENT_CAUSES, errorPages, errorResponses } from "./refusals.ts";
import { REGISTRATION_SCHEMAS, registrationEndpoints } from "./registration.ts";
import { objectOf, reference, schemaOf, TEXT } from "./schema.ts";
import type { Fields, Schema } from "./schema.ts";
import { securitySchemes } from "./security.ts";
import { tokenEndpoint, tokenSchemas } from "./token-endpoint.ts";
import { TOKEN_MANAGEMENT_SCHEMAS, tokenManagementEndpoints } from "./token-management.ts";

/** The version of what the document describes: the wire, not the program, which strangers need not know. */
const VERSION = "1";

const ERROR: Fields = {
  error: { description: "The error code: what a program decides by.", required: true },
  error_description: { description: "What is wrong, for the client's developer." },
};

const REASONS = ["expired", "revoked", "reused", "invalid"] as const satisfies readonly ErrorReason[];

/** Regrant's own member, with which it tells a refused refresh token from another. */
const REASON: Fields = {
  error_reason: {
    description:
      "Why a token was refused. `expired`, `revoked` and `reused`: the user has to sign in again; `invalid`: the token was " +
      "never issued to this client.",
    schema: { enum: REASONS },
  },
};

const PASSPORT_ERROR = objectOf({
  error: { description: "The error code." },
  error_description: { description: "What is wrong." },
  hint: { description: "What exactly." },
  message: { description: "As Laravel writes it." },
});

/** Every endpoint that this instance describes, with what it refuses for here. */
export function describedEndpoints(instance: Instance): Endpoint[] {
  const endpoints = [
    tokenEndpoint(instance),
    ...tokenManagementEndpoints(instance),
    ...explanationEndpoints(instance),
    ...authorizationEndpoints(instance),
    deviceAuthorization(instance),
    ...registrationEndpoints(instance),
    ...documentation(instance),
    ...publicDocuments(instance),
  ];
  if (instance.documents) return endpoints;
  return endpoints.map((endpoint) => ({
    ...endpoint,
    refusals: endpoint.refusals.filter((refusal) => !DOCUMENT_CAUSES.includes(causeOf(refusal))),
  }));
}

/** The OpenAPI 3.1 document of this instance: its endpoints with requests, responses and errors, under its own URLs. */
export async function openApiDocument(instance: Instance): Promise<object> {
  const { issuer, providerName, registration, token } = instance;
  const endpoints = describedEndpoints(instance);
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method]: await operation(endpoint, instance),
    };
  }
  const used = new Set(endpoints.map(({ tag }) => tag));
  return {
    openapi: "3.1.0",
    info: {
      title: `${providerName}: OAuth 2.0`,
      version: VERSION,
      description:
        `How programs get tokens for the APIs of ${providerName}, and keep them fresh. A parameter ` +
        "without a value counts as omitted, one that is not described here is ignored, and so should clients do with " +
        "members of responses that they do not know.",
    },
    servers: [{ url: issuer }],
    externalDocs: { url: serviceDocumentation(issuer) },
    tags: Object.entries(TAGS).flatMap(([name, description]) =>
      used.has(name as keyof typeof TAGS) ? [{ name, description }] : [],
    ),
    paths,
    components: {
      securitySchemes: securitySchemes(instance),
      schemas: {
        ...tokenSchemas(instance),
        ...TOKEN_MANAGEMENT_SCHEMAS,
        ...(instance.explanations ? EXPLANATION_SCHEMAS : {}),
        ...AUTHORIZATION_SCHEMAS,
        ...DEVICE_SCHEMAS,
        ...(registration === "off" ? {} : REGISTRATION_SCHEMAS),
        ...DOCUMENT_SCHEMAS,
        Error: objectOf({ ...ERROR, ...REASON }),
        ...(token.isPassport ? { TokenError: PASSPORT_ERROR } : {}),
      },
    },
  };
}

async function operation(endpoint: Endpoint, instance: Instance): Promise<object> {
  const { operationId, tag, summary, description, security = [], parameters, body } = endpoint;
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security,
    ...(parameters === undefined ? {} : { parameters: parameterList(endpoint.path, parameters) }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              body.mediaTypes.map((type) => [type, { schema: body.schema, examples: body.examples }]),
            ),
          },
        }),
    responses: { ...successes(endpoint), ...(await refusals(endpoint, instance)) },
  };
}

function parameterList(path: string, fields: Fields): object[] {
  return Object.entries(fields).map(([name, { description, required = false, schema = TEXT }]) => ({
    name,
    in: path.includes(`{${name}}`) ? "path" : "query",
    required,
    description,
    schema,
  }));
}

function successes({ responses }: Endpoint): Record<string, object> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, headers, content }]) => [
      status,
      {
        description,
        ...(headers === undefined ? {} : { headers: headerMap(headers) }),
        ...(content === undefined ? {} : { content: contentMap(content) }),
      },
    ]),
  );
}

function headerMap(fields: Fields): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const { description, ...schema } = schemaOf(field);
      return [name, { description, schema }];
    }),
  );
}

function contentMap({ mediaType, schema, examples }: NonNullable<Success["content"]>): object {
  return { [mediaType]: { schema, ...(examples === undefined ? {} : { examples }) } };
}

async function refusals(
  endpoint: Endpoint,
  { token, formatError }: Instance,
): Promise<Record<string, object>> {
  if (endpoint.refusesByPage) return errorPages(endpoint.refusals);
  const isPassport = endpoint.operationId === "token" && token.isPassport;
  const format = isPassport ? token.formatError : formatError;
  return errorResponses(endpoint.refusals, format, reference(isPassport ? "TokenError" : "Error"));
}
