import { PATHS } from "../endpoints/metadata.ts";
import type { Instance } from "../openapi/instance.ts";
import type { Language } from "../pages/language.ts";
import { exampleAccessToken, signingAlgorithms } from "./access-token-example.ts";
import type { DecodedToken } from "./access-token-example.ts";
import { CLAIMS, claimTable, OPTIONAL_CLAIMS, PASSPORT_CLAIMS } from "./claims.ts";
import { code, list, section, text } from "./document.ts";
import type { Block, PortalDocument, Section } from "./document.ts";
import { durationIn } from "./duration.ts";
import type { Offer } from "./offer.ts";
import { INTROSPECTION, linksTo, REVOKING } from "./page-links.ts";
import { sample } from "./tables.ts";
import { verifyingExamples } from "./verifying-examples.ts";

/** The clock difference that `@regrant/verify` allows too, s. */
const TOLERANCE = 5;

/** How an API verifies the access tokens of this instance (RFC 9068 §4). */
export function verifyingTokens({ instance }: Offer, language: Language): PortalDocument {
  const { t } = language;
  const token = exampleAccessToken(instance, "rfc9068");
  const claims = claimTable(token, CLAIMS, language);
  const notes = [text(t("docs.verify.exampleNote")), text(t("docs.environment", { name: "ACCESS_TOKEN" }))];
  return {
    title: t("docs.verify.title"),
    lead: t("docs.verify.lead"),
    blocks: [],
    sections: [
      section("values", t("docs.verify.values"), ...values(instance, token, language)),
      section("checks", t("docs.verify.checks"), checks(token, language)),
      section("example", t("docs.verify.example"), ...notes, ...examples(instance, token)),
      section("claims", t("docs.verify.claims"), claims, text(t("docs.verify.optional"))),
      section("token", t("docs.verify.token"), sample(token.header), sample(token.claims)),
      section("keys", t("docs.verify.keys"), keys(instance, language)),
      section(
        "revoked",
        t("docs.verify.revoked"),
        revoked(instance, language),
        linksTo(language, instance, INTROSPECTION, REVOKING),
      ),
      ...passportSection(instance, language),
    ],
  };
}

function values(instance: Instance, { header }: DecodedToken, { t }: Language): Block[] {
  const { issuer, audience, hasResources } = instance;
  return [
    {
      kind: "table",
      columns: [t("docs.name"), t("docs.value")],
      rows: [
        [t("docs.verify.issuerName"), code(issuer)],
        [t("docs.verify.jwks"), code(issuer + PATHS.jwks)],
        [t("docs.verify.metadata"), code(issuer + PATHS.metadata)],
        [t("docs.verify.audience"), code(audience)],
        [t("docs.verify.algorithms"), signingAlgorithms(instance).map(code).join(", ")],
        [t("docs.verify.typ"), code(String(header["typ"]))],
      ],
    },
    text(t("docs.verify.audienceNote")),
    ...(hasResources ? [text(t("docs.verify.resourceNote"))] : []),
  ];
}

function checks({ header }: DecodedToken, language: Language): Block {
  const { t } = language;
  return list(
    t("docs.verify.signature"),
    t("docs.verify.type", { type: code(String(header["typ"])) }),
    t("docs.verify.issuer"),
    t("docs.verify.times", { seconds: durationIn(language, TOLERANCE) }),
    t("docs.verify.scope"),
    t("docs.verify.refuse"),
  );
}

function examples(instance: Instance, { header, claims }: DecodedToken): Block[] {
  const { issuer, audience } = instance;
  return verifyingExamples({
    issuer,
    jwksUri: issuer + PATHS.jwks,
    audience,
    algorithms: signingAlgorithms(instance),
    type: String(header["typ"]),
    required: Object.keys(claims).filter((name) => !OPTIONAL_CLAIMS.includes(name)),
    tolerance: TOLERANCE,
  });
}

function keys({ jwksMaxAge }: Instance, language: Language): Block {
  const { t } = language;
  const maxAge = durationIn(language, jwksMaxAge);
  return list(
    t("docs.verify.cache", { maxAge }),
    t("docs.verify.rotation", { maxAge }),
    t("docs.verify.outage"),
  );
}

function revoked({ lifetimes }: Instance, language: Language): Block {
  const { t } = language;
  return list(
    t("docs.revoke.delay", { lifetime: durationIn(language, lifetimes.accessTtl) }),
    t("docs.verify.feed"),
    t("docs.verify.ask"),
  );
}

/** Where clients were moved from Laravel Passport, some tokens have its claims. */
function passportSection(instance: Instance, language: Language): Section[] {
  if (!instance.token.isPassport) return [];
  const { t } = language;
  const token = exampleAccessToken(instance, "passport");
  return [
    section(
      "passport",
      t("docs.verify.passport"),
      text(t("docs.verify.passportNote")),
      claimTable(token, PASSPORT_CLAIMS, language),
      sample(token.header),
      sample(token.claims),
    ),
  ];
}
