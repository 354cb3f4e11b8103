import type { Deps } from "../../deps.ts";
import { globalTokenRevocation } from "../../endpoints/global-token-revocation.ts";
import type { GlobalRevocationRequest } from "../../endpoints/global-token-revocation.ts";
import { SIGNAL_PATHS } from "../../signals/signal-paths.ts";
import { bearerToken } from "../bearer-token.ts";
import { readJson } from "../json-body.ts";
import { errorResponse, noContent } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";

/** The route of Global Token Revocation; none if the settings name no issuer. */
export function globalTokenRevocationRoutes(deps: Deps): Route<Labels & GlobalRevocationRequest>[] {
  if (deps.revocationIssuers.size === 0) return [];
  return [
    {
      name: "global_token_revocation",
      method: "POST",
      path: SIGNAL_PATHS.globalTokenRevocation,
      cors: false,
      read: ({ request, address }) => ({
        token: bearerToken(request.headers),
        body: () => readJson(request),
        address,
      }),
      async run(input) {
        await globalTokenRevocation(deps, input);
        return ["revoked", noContent()];
      },
      errorResponse: (error) => errorResponse(error),
    },
  ];
}
