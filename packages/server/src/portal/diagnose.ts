import { PATHS } from "../endpoints/metadata.ts";
import type { Explanation } from "../explanations/explanation.ts";
import type { Instance } from "../openapi/instance.ts";
import type { Language } from "../pages/language.ts";
import { text } from "./document.ts";
import type { Block, Field, PortalDocument } from "./document.ts";
import { shellWord } from "./examples/quoting.ts";
import type { Offer } from "./offer.ts";
import { DIAGNOSE } from "./page-links.ts";
import { sample } from "./tables.ts";

/**
 * The page that asks for a refresh token and says what became of it.
 *
 * @param fault what was wrong with the form that was posted. Nothing that was entered is repeated.
 */
export function diagnose(
  { instance }: Offer,
  language: Language,
  clientId: string | undefined,
  fault: string | null = null,
): PortalDocument {
  const { t } = language;
  const endpoint = instance.issuer + PATHS.explain;
  const programs: Block[] = [
    text(t("docs.diagnose.programsNote")),
    { kind: "code", language: "sh", code: curlOf(endpoint, clientId) },
    sample(exampleExplanation(instance, language)),
    text(t("docs.diagnose.commandNote")),
    { kind: "code", language: "sh", code: "npx regrant token --why" },
    text(t("docs.diagnose.clientNote")),
    { kind: "code", language: "js", code: clientOf(endpoint) },
  ];
  return {
    title: t(DIAGNOSE.title),
    lead: t(DIAGNOSE.lead),
    blocks: [questionForm(language, clientId)],
    sections: [{ id: "programs", title: t("docs.diagnose.programs"), blocks: programs }],
    fault,
  };
}

/** The form, whose fields are the parameters of the endpoint. */
export function questionForm({ t }: Language, clientId: string | undefined): Block {
  const field = (name: string, label: string, rest: Partial<Field> = {}): Field => ({
    name,
    label,
    hint: "",
    value: "",
    isRequired: true,
    isSecret: false,
    ...rest,
  });
  const secret = { hint: t("docs.diagnose.secretHint"), isRequired: false, isSecret: true };
  return {
    kind: "form",
    slug: DIAGNOSE.slug,
    fields: [
      field("client_id", t("docs.diagnose.clientId"), { value: clientId ?? "" }),
      field("client_secret", t("docs.diagnose.secret"), secret),
      field("token", t("docs.diagnose.token"), { hint: t("docs.diagnose.tokenHint"), isSecret: true }),
    ],
    submit: t("docs.diagnose.submit"),
    note: t("docs.diagnose.private"),
  };
}

/** What a client is told after its user has ended its access. */
function exampleExplanation({ lifetimes }: Instance, { t, instant }: Language): Explanation {
  const begin = 1_800_000_000;
  const refreshed = begin + lifetimes.accessTtl;
  const ended = refreshed + 600;
  return {
    state: "revoked",
    reason: "revoked_by_subject",
    next_step: "sign_in",
    sentences: [t("explain.revoked_by_subject", { at: instant(ended * 1000) }), t("explain.next.signIn")],
    token: "newest",
    created_at: begin,
    ended_at: ended,
    last_refreshed_at: refreshed,
    expires_at: begin + lifetimes.refreshMaxTtl,
    presented_again_at: null,
    retry_window: lifetimes.retryWindow,
  };
}

function curlOf(endpoint: string, clientId: string | undefined): string {
  return String.raw`curl ${shellWord(endpoint)} \
  --data-urlencode ${clientId === undefined ? '"client_id=$CLIENT_ID"' : shellWord(`client_id=${clientId}`)} \
  --data-urlencode "client_secret=$CLIENT_SECRET" \
  --data-urlencode "token=$REFRESH_TOKEN"`;
}

function clientOf(endpoint: string): string {
  return `import { createTokenClient } from "@regrant/client";
import { explainRefusals } from "@regrant/client/explain";

const explanationEndpoint = ${JSON.stringify(endpoint)};
const client = createTokenClient({
  // ...
  fetch: explainRefusals({ explanationEndpoint }),
});`;
}
