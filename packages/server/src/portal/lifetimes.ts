import { CODE_TTL } from "../endpoints/authorize.ts";
import type { Language } from "../pages/language.ts";
import type { MessageKey } from "../pages/messages/en.ts";
import { list, section, text } from "./document.ts";
import type { Block, PortalDocument } from "./document.ts";
import { durationIn } from "./duration.ts";
import type { Offer } from "./offer.ts";
import { INTROSPECTION, linksTo, RETRY_RULE } from "./page-links.ts";
import { lifetimeTable } from "./token-response.ts";

/** How long tokens and codes of this instance are valid, and how a client knows its own lifetimes. */
export function lifetimes(offer: Offer, language: Language): PortalDocument {
  const { t } = language;
  const { refreshIdleTtl, refreshMaxTtl } = offer.instance.lifetimes;
  const idle = durationIn(language, refreshIdleTtl);
  return {
    title: t("docs.lifetimes"),
    lead: t("docs.lifetimes.lead"),
    blocks: [],
    sections: [
      section(
        "tokens",
        t("docs.lifetimes.tokens"),
        tokenLifetimes(offer, language),
        text(t("docs.lifetimesNote")),
      ),
      section("others", t("docs.lifetimes.others"), otherLifetimes(offer, language)),
      section(
        "refresh",
        t("docs.lifetimes.refresh"),
        list(
          t("docs.lifetimes.renewed", { idle }),
          t("docs.lifetimes.fixed", { max: durationIn(language, refreshMaxTtl) }),
          t("docs.lifetimes.repeated"),
          t("docs.lifetimes.ownTokens"),
        ),
      ),
      section("rarely", t("docs.lifetimes.rarely"), text(t("docs.lifetimes.timer", { idle }))),
      section(
        "own",
        t("docs.lifetimes.own"),
        text(t("docs.lifetimes.read")),
        lifetimeTable(offer, language),
        text(t("docs.lifetimes.introspect")),
        linksTo(language, offer.instance, INTROSPECTION, RETRY_RULE),
      ),
    ],
  };
}

/** Of the tokens of new clients. */
export function tokenLifetimes({ instance }: Offer, language: Language): Block {
  const { t } = language;
  const { accessTtl, refreshIdleTtl, refreshMaxTtl } = instance.lifetimes;
  return durations(language, "docs.lifetimeOf", [
    [t("docs.lifetime.access"), accessTtl],
    [t("docs.lifetime.idle"), refreshIdleTtl],
    [t("docs.lifetime.max"), refreshMaxTtl],
  ]);
}

/** Of what leads to tokens. */
function otherLifetimes({ instance }: Offer, language: Language): Block {
  const { t } = language;
  return durations(language, "docs.name", [
    [t("docs.lifetime.code"), CODE_TTL],
    [t("docs.lifetime.pushed"), instance.pushedRequestTtl],
    [t("docs.get.device"), instance.deviceCodeTtl],
    [t("docs.lifetime.signIn"), instance.signInTtl],
    [t("docs.lifetime.window"), instance.lifetimes.retryWindow],
  ]);
}

function durations(
  language: Language,
  column: MessageKey,
  rows: readonly (readonly [name: string, seconds: number])[],
): Block {
  const { t } = language;
  return {
    kind: "table",
    columns: [t(column), t("docs.lifetime")],
    rows: rows.map(([name, seconds]) => [name, durationIn(language, seconds)]),
  };
}
