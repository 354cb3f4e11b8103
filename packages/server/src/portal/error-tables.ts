import type { Cause } from "../errors/causes.ts";
import type { GrantType } from "../store/store.ts";
import { REDIRECTED_CAUSES } from "../openapi/authorization.ts";
import { GRANT_REQUESTS } from "../openapi/grant-requests.ts";
import { causeOf } from "../openapi/refusals.ts";
import type { Language } from "../pages/language.ts";
import { code } from "./document.ts";
import type { Block } from "./document.ts";
import { ERROR_GROUPS } from "./error-groups.ts";
import type { ErrorGroup } from "./error-groups.ts";
import { writtenError } from "./offer.ts";
import type { Offer, WrittenErrors } from "./offer.ts";

/** What an endpoint refuses for, by its `operationId` in the OpenAPI document. */
export function causesAt({ endpoints }: Offer, operationId: string): Cause[] {
  const endpoint = endpoints.find((described) => described.operationId === operationId);
  return endpoint?.refusals.map(causeOf) ?? [];
}

/** What a refresh is refused for. */
export function causesOfRefresh(offer: Offer): Cause[] {
  return causesOfGrants(offer, ["refresh_token"]);
}

/** What the requests for first tokens are refused for. */
export function causesOfFirstTokens(offer: Offer): Cause[] {
  const { grantTypes } = offer.instance;
  return causesOfGrants(
    offer,
    grantTypes.filter((grantType) => grantType !== "refresh_token"),
  );
}

/** What the token endpoint refuses for, without what only requests of other grant types meet. */
function causesOfGrants(offer: Offer, grantTypes: readonly GrantType[]): Cause[] {
  const own = new Set(grantTypes.flatMap((grantType) => GRANT_REQUESTS[grantType].refusals.map(causeOf)));
  const others = new Set(
    Object.values(GRANT_REQUESTS)
      .flatMap(({ refusals }) => refusals.map(causeOf))
      .filter((cause) => !own.has(cause)),
  );
  return causesAt(offer, "token").filter((cause) => !others.has(cause));
}

/** What comes back to the redirect URI in place of a code (RFC 6749 §4.1.2.1): codes without a status. */
export function redirectErrorTable({ errors }: Offer, language: Language): Block {
  return errorTable(REDIRECTED_CAUSES, errors, language, ({ error }) => code(error));
}

/**
 * The errors that a customer meets for these causes: what each response is recognised by, what it means, and what to do.
 *
 * @param write what is seen of an error: by default status and code, as `written` has them
 */
export function errorTable(
  causes: readonly Cause[],
  written: WrittenErrors,
  { t }: Language,
  write = writtenError,
): Block {
  const rows = (Object.keys(ERROR_GROUPS) as ErrorGroup[]).flatMap((group) => {
    const met = (ERROR_GROUPS[group] as readonly Cause[]).filter((cause) => causes.includes(cause));
    if (met.length === 0) return [];
    const responses = new Set(met.map((cause) => write(written[cause])));
    return [[[...responses].join(", "), t(`docs.error.${group}.meaning`), t(`docs.error.${group}.action`)]];
  });
  return { kind: "table", columns: [t("docs.errorResponse"), t("docs.meaning"), t("docs.action")], rows };
}
