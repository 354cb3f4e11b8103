import type { ClientDefaults } from "../../client-settings/settings.ts";
import type { Deps } from "../../deps.ts";
import { metadata, PATHS, supportedScopes } from "../../endpoints/metadata.ts";
import type { Advertised } from "../../endpoints/metadata.ts";
import { OFFLINE_ACCESS } from "../../grant-types/scope.ts";
import type { Instance } from "../../openapi/instance.ts";
import type { Brand } from "../../pages/page.ts";
import { offeredPages } from "../../portal/pages.ts";
import type { WireFormat } from "../oauth/wire-format.ts";
import { errorResponse } from "../responses.ts";

/** What serves requests. */
interface Serving {
  deps: Deps;
  brand: Brand;
  /** Of new clients, s. */
  lifetimes: ClientDefaults;
  advertised: Advertised;
  /** The wire format of the token endpoint, and whether it is Passport's. */
  tokenFormat: WireFormat;
  isPassport: boolean;
  /** The provider's own pages. */
  ownPages: Instance["ownPages"];
}

/** The instance as its documentation describes it. */
export function instanceOf(serving: Serving): Instance {
  const { deps, brand, lifetimes, advertised, tokenFormat, isPassport, ownPages } = serving;
  const { issuer, audience, jwksMaxAge, pushedRequestTtl, signInTtl, deviceCodeTtl, devicePollInterval } =
    deps;
  const { grantTypes, registration, explanations, resources } = deps;
  const request = new Request(issuer + PATHS.token, { method: "POST" });
  const describe = (scope: string) =>
    brand.describeScope(scope, "en") ?? (scope === OFFLINE_ACCESS ? "Access while the user is away" : scope);
  const scopes = new Set([...brand.describedScopes, ...supportedScopes(registration)]);
  const instance: Omit<Instance, "pages"> = {
    issuer,
    providerName: brand.name,
    grantTypes,
    lifetimes,
    audience,
    jwksMaxAge,
    pushedRequestTtl,
    signInTtl,
    deviceCodeTtl,
    devicePollInterval,
    registration: registration.mode,
    documents: registration.documents,
    explanations,
    scopes: Object.fromEntries([...scopes].map((scope) => [scope, describe(scope)])),
    describeScope: brand.describeScope,
    metadata: () => metadata(deps, advertised),
    token: {
      isPassport,
      body: tokenFormat.tokenBody,
      formatError: (error) => tokenFormat.errorResponse(error, request, { cors: true }),
    },
    hasResources: resources.size > 0,
    detailTypes: [...deps.authorizationDetailsTypes.keys()],
    ownPages,
    formatError: errorResponse,
  };
  return { ...instance, pages: offeredPages(instance).map(({ slug }) => slug) };
}
