import { hash } from "node:crypto";
import type { ClientDefaults } from "../../client-settings/settings.ts";
import type { Deps } from "../../deps.ts";
import { metadata, PATHS, supportedScopes } from "../../endpoints/metadata.ts";
import type { Advertised } from "../../endpoints/metadata.ts";
import { OFFLINE_ACCESS } from "../../grant-types/scope.ts";
import { openApiDocument } from "../../openapi/document.ts";
import type { Instance } from "../../openapi/endpoint.ts";
import type { Brand } from "../../pages/page.ts";
import type { WireFormat } from "../oauth/wire-format.ts";
import { errorResponse, taggedResponse } from "../responses.ts";
import type { Labels, Result, Route } from "../serve.ts";
import { llmsText } from "./llms.ts";

/** What the documentation of an instance is made from. */
export interface DocsContext {
  deps: Deps;
  brand: Brand;
  /** Of new clients, s. */
  lifetimes: ClientDefaults;
  advertised: Advertised;
  /** The wire format of the token endpoint, and whether it is Passport's. */
  tokenFormat: WireFormat;
  isPassport: boolean;
}

interface DocsInput extends Labels {
  request: Request;
}

/** A document with the tag of its version. */
interface Tagged {
  body: string;
  contentType: string;
  tag: string;
}

/** The routes of the documentation. Its documents are public, and readable by scripts of any origin, as the metadata are. */
export function docsRoutes(context: DocsContext): Route<DocsInput>[] {
  const { deps, brand } = context;
  const { issuer, jwksMaxAge } = deps;
  const get = (
    name: string,
    path: string,
    cors: boolean,
    run: (request: Request) => Result | Promise<Result>,
  ): Route<DocsInput> => ({
    name,
    method: "GET",
    path,
    cors,
    read: ({ request }) => ({ request }),
    run: ({ request }) => run(request),
    errorResponse: (error) => errorResponse(error, { cors }),
  });
  const served = (make: () => Promise<Tagged>) => {
    let made: Promise<Tagged> | undefined;
    return async (request: Request): Promise<Result> => [
      "served",
      taggedResponse(request, await (made ??= make()), jwksMaxAge),
    ];
  };
  return [
    get(
      "openapi",
      PATHS.openapi,
      true,
      served(async () =>
        tagged("application/json; charset=UTF-8", JSON.stringify(await openApiDocument(instanceOf(context)))),
      ),
    ),
    get(
      "llms",
      PATHS.llms,
      true,
      served(() =>
        Promise.resolve(
          tagged(
            "text/plain; charset=UTF-8",
            llmsText(brand.name, issuer, brand.languages.choose("en", null)),
          ),
        ),
      ),
    ),
  ];
}

function tagged(contentType: string, body: string): Tagged {
  return { body, contentType, tag: `"${hash("sha256", body, "base64url").slice(0, 22)}"` };
}

/** The instance as its OpenAPI document describes it. */
function instanceOf({ deps, brand, lifetimes, advertised, tokenFormat, isPassport }: DocsContext): Instance {
  const { issuer, deviceCodeTtl, devicePollInterval, registration, explanations } = deps;
  const request = new Request(issuer + PATHS.token, { method: "POST" });
  const describe = (scope: string) =>
    brand.describeScope(scope, "en") ?? (scope === OFFLINE_ACCESS ? "Access while the user is away" : scope);
  return {
    issuer,
    providerName: brand.name,
    lifetimes,
    deviceCodeTtl,
    devicePollInterval,
    registration: registration.mode,
    explanations,
    scopes: Object.fromEntries(supportedScopes(registration).map((scope) => [scope, describe(scope)])),
    metadata: metadata(deps, advertised),
    token: {
      isPassport,
      body: tokenFormat.tokenBody,
      formatError: (error) => tokenFormat.errorResponse(error, request, { cors: true }),
    },
    formatError: errorResponse,
  };
}
