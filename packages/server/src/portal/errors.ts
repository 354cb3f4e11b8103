import type { Cause } from "../errors/causes.ts";
import type { Language } from "../pages/language.ts";
import { code, section, text } from "./document.ts";
import type { Block, PortalDocument, Section } from "./document.ts";
import {
  causesAt,
  causesOfFirstTokens,
  causesOfRefresh,
  errorTable,
  redirectErrorTable,
} from "./error-tables.ts";
import type { Offer } from "./offer.ts";
import { DIAGNOSE, linksTo, REFRESHING, RETRY_RULE } from "./page-links.ts";
import { sample } from "./tables.ts";

/** Members of an error response, in either wire format (RFC 6749 §5.2). `docs.errorMember.NAME` is a member's text. */
const MEMBERS = ["error", "error_description", "error_reason", "hint", "message"] as const;

/** The endpoints whose errors a customer's program meets, by their `operationId`. The token endpoint is apart. */
const ENDPOINTS = ["revoke", "introspect", "pushAuthorizationRequest", "authorizeDevice"] as const;

/** Every error that a customer's program meets at this instance, and what to do. */
export function errors(offer: Offer, language: Language): PortalDocument {
  const { t } = language;
  const common = commonCauses(offer);
  const beside = (causes: readonly Cause[]) => causes.filter((cause) => !common.has(cause));
  const atTokenEndpoint = (causes: readonly Cause[]) =>
    errorTable(beside(causes), offer.tokenErrors, language);
  const at = (operationId: string) =>
    errorTable(beside(causesAt(offer, operationId)), offer.errors, language);
  return {
    title: t("docs.errors"),
    lead: t("docs.errors.lead"),
    blocks: [],
    sections: [
      section("format", t("docs.errors.format"), ...format(offer, language)),
      section("refresh", t("docs.refresh.title"), atTokenEndpoint(causesOfRefresh(offer))),
      section("first", t("docs.get.title"), atTokenEndpoint(causesOfFirstTokens(offer))),
      section("everywhere", t("docs.errors.everywhere"), errorTable([...common], offer.errors, language)),
      ...authorization(offer, language, at("authorize")),
      section("push", t("docs.errors.push"), at("pushAuthorizationRequest")),
      section("device", t("docs.errors.device"), at("authorizeDevice")),
      section("revoke", t("docs.revoke.title"), at("revoke")),
      section("introspect", t("docs.introspect.title"), at("introspect")),
      section("more", t("docs.more"), linksTo(language, offer.instance, RETRY_RULE, REFRESHING, DIAGNOSE)),
    ],
  };
}

/** Of the authorization endpoint: what the client gets, and what only the user sees. */
function authorization(offer: Offer, language: Language, shown: Block): Section[] {
  const { t } = language;
  return [
    section(
      "redirect",
      t("docs.errors.redirect"),
      text(t("docs.errors.redirectNote")),
      redirectErrorTable(offer, language),
    ),
    section("page", t("docs.errors.page"), text(t("docs.get.shownError")), shown),
  ];
}

/** What every endpoint refuses for, and writes alike. */
function commonCauses(offer: Offer): Set<Cause> {
  const { errors, tokenErrors } = offer;
  const shared = ENDPOINTS.map((operationId) => new Set(causesAt(offer, operationId)));
  const isAlike = (cause: Cause) => JSON.stringify(errors[cause]) === JSON.stringify(tokenErrors[cause]);
  return new Set(
    causesAt(offer, "token").filter((cause) => isAlike(cause) && shared.every((causes) => causes.has(cause))),
  );
}

/** An example of the token endpoint's, and its members. */
function format({ refusedBody }: Offer, { t }: Language): Block[] {
  const members = MEMBERS.filter((name) => name in refusedBody);
  return [
    text(t("docs.errorsNote")),
    sample(refusedBody),
    {
      kind: "table",
      columns: [t("docs.parameter"), t("docs.description")],
      rows: members.map((name) => [code(name), t(`docs.errorMember.${name}`)]),
    },
    text(t("docs.errors.headers")),
  ];
}
