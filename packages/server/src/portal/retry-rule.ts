import type { Language } from "../pages/language.ts";
import { list, section, text } from "./document.ts";
import type { Block, PortalDocument } from "./document.ts";
import { durationIn } from "./duration.ts";
import { writtenError } from "./offer.ts";
import type { Offer, WrittenError } from "./offer.ts";
import { ERRORS, LIFETIMES, linksTo, REFRESHING } from "./page-links.ts";

/** How a client refreshes so that no lost response ends its session (docs/refresh.md is the whole of it). */
export function retryRule(offer: Offer, language: Language): PortalDocument {
  const { t } = language;
  const window = durationIn(language, offer.instance.lifetimes.retryWindow);
  return {
    title: t("docs.rule"),
    lead: t("docs.rule.lead"),
    blocks: [],
    sections: [
      section("rule", t("docs.rule.short"), rule(offer, language)),
      section(
        "store",
        t("docs.rule.storing"),
        list(
          t("docs.rule.lock"),
          t("docs.rule.together"),
          t("docs.rule.keep"),
          t("docs.rule.storeFailed", { window }),
        ),
      ),
      section(
        "lost-response",
        t("docs.rule.lost"),
        text(t("docs.rule.lostNote")),
        lostResponse(offer, language),
      ),
      section(
        "processes",
        t("docs.rule.processes"),
        list(t("docs.rule.oneStore"), t("docs.rule.sameMoment", { window }), t("docs.rule.ownSignIn")),
      ),
      section("responses", t("docs.rule.repeat"), repeats(offer, language), text(t("docs.rule.library"))),
      section("more", t("docs.more"), linksTo(language, offer.instance, ERRORS, LIFETIMES, REFRESHING)),
    ],
  };
}

/** The rule in short, with this instance's window. */
export function rule({ instance, response }: Offer, language: Language): Block {
  const { t } = language;
  return list(
    t("docs.rule.store"),
    t("docs.rule.retry", { window: durationIn(language, instance.lifetimes.retryWindow) }),
    ...("refresh_token_retry_window" in response ? [t("docs.rule.own")] : []),
    t("docs.rule.late"),
    t("docs.rule.busy"),
  );
}

/**
 * What becomes of a request that is repeated: within the window, after it, and once a newer token was used. A spent token
 * is accepted for one window at least, and for less than two.
 */
function lostResponse({ instance, tokenErrors }: Offer, language: Language): Block {
  const { t } = language;
  const { retryWindow } = instance.lifetimes;
  const window = durationIn(language, retryWindow);
  const double = durationIn(language, 2 * retryWindow);
  const reused = writtenError(tokenErrors.reused);
  return {
    kind: "table",
    columns: [t("docs.rule.time"), t("docs.rule.sent"), t("docs.errorResponse")],
    rows: [
      [t("docs.rule.start"), t("docs.rule.sendsA"), t("docs.rule.lostB")],
      [t("docs.rule.within", { window }), t("docs.rule.repeatsA"), t("docs.rule.getsB")],
      [t("docs.rule.unused"), t("docs.rule.repeatsA"), t("docs.rule.getsBOnce")],
      [t("docs.rule.used", { double }), t("docs.rule.repeatsA"), t("docs.rule.ended", { error: reused })],
    ],
  };
}

/** After which response the same request is sent again. */
function repeats({ tokenErrors }: Offer, { t }: Language): Block {
  const { expired, revoked, reused, forged, store_busy: busy, too_many_failures: tooMany } = tokenErrors;
  const withoutDetail = (error: WrittenError) => writtenError({ ...error, detail: undefined });
  const ended = new Set([expired, revoked, reused, forged].map(withoutDetail));
  return {
    kind: "table",
    columns: [t("docs.errorResponse"), t("docs.action")],
    rows: [
      [t("docs.rule.none"), t("docs.rule.againAtOnce")],
      [`${tooMany.status}, ${busy.status}`, t("docs.error.busy.action")],
      ["500, 502, 504", t("docs.error.server.action")],
      [[...ended].join(", "), t("docs.error.revoked.action")],
      [withoutDetail(tokenErrors.wrong_secret), t("docs.error.client.action")],
      [t("docs.rule.others"), t("docs.error.request.action")],
    ],
  };
}
