import type { Explanation } from "../explanations/explanation.ts";
import type { NextStep } from "../explanations/next-step.ts";
import type { Instance } from "../openapi/instance.ts";
import type { Language } from "../pages/language.ts";
import { questionForm } from "./diagnose.ts";
import { text } from "./document.ts";
import type { Block, PortalDocument } from "./document.ts";
import { GETTING, linksTo, REFRESHING, RETRY_RULE } from "./page-links.ts";
import type { PageName } from "./page-links.ts";

const TONES = { active: "good", expired: "warn", revoked: "bad", unknown: "plain" } as const;

/** The pages that say how to do the next step. */
const PAGES: Readonly<Record<NextStep, readonly PageName[]>> = {
  refresh: [REFRESHING, RETRY_RULE],
  use_newest_token: [RETRY_RULE, REFRESHING],
  sign_in: [GETTING, RETRY_RULE],
  contact_provider: [],
  check_token: [],
};

/** What became of a refresh token, as a page. */
export function explanationPage(
  instance: Instance,
  language: Language,
  clientId: string | undefined,
  explanation: Explanation,
): PortalDocument {
  const { t } = language;
  const { state, reason, next_step, sentences } = explanation;
  const pages = PAGES[next_step];
  const next: Block[] = [
    text(sentences.at(-1) ?? ""),
    ...(pages.length === 0 ? [] : [linksTo(language, instance, ...pages)]),
  ];
  const codes = reason === null ? [] : [reason];
  const support: Block[] = [
    text(t("docs.diagnose.supportNote", { provider: instance.providerName })),
    { kind: "code", language: "json", code: JSON.stringify(explanation, null, 2) },
  ];
  return {
    title: t("docs.diagnose.title"),
    lead: t("docs.diagnose.answer"),
    blocks: [
      { kind: "status", tone: TONES[state], text: t(`docs.diagnose.state.${state}`), codes },
      { kind: "steps", steps: sentences.slice(0, -1) },
    ],
    sections: [
      { id: "next", title: t("docs.action"), blocks: next },
      { id: "support", title: t("docs.diagnose.support"), blocks: support },
      { id: "again", title: t("docs.diagnose.again"), blocks: [questionForm(language, clientId)] },
    ],
  };
}
