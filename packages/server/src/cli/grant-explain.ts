import type { Command } from "commander";
import { openGiven, unknownGrant } from "./grant-given.ts";
import { readHistory } from "./grant-history.ts";
import type { GrantHistory } from "./grant-history.ts";
import { judgeToken } from "./grant-presented.ts";
import type { PresentedToken } from "./grant-presented.ts";
import { refuseToken } from "./grant-rows.ts";
import { END_SENTENCES, eventSentence, madeSentence } from "./grant-sentences.ts";
import { grantJson, grantState } from "./grant-state.ts";
import type { GrantState } from "./grant-state.ts";
import { instantWithAge, isoInstant, printJson, wrap } from "./output.ts";
import { readSecretFromStdin } from "./password-input.ts";
import type { Grant } from "../store/store.ts";
import { withStore } from "./session.ts";

export interface ExplainOptions {
  json?: true;
}

/** One thing that happened, as a sentence. */
interface Chapter {
  at: number;
  text: string;
  event?: string;
  data?: Record<string, unknown>;
}

/** `grant explain`: a session's story, and what a presented token would meet. */
export async function explain(id: string, options: ExplainOptions, command: Command): Promise<void> {
  refuseToken(id);
  const given = id === "-" ? await readSecretFromStdin() : undefined;
  await withStore(command, async (store, { config }, opened) => {
    const token = given === undefined ? undefined : await openGiven(given.trim(), opened, config);
    const grantId = token?.grantId ?? id;
    const history = await readHistory(store, grantId);
    if (history === undefined) throw unknownGrant(grantId, token, config);
    const presented = token && judgeToken(token, history);
    const state = history.grant && grantState(history.grant, history.client, history.now);
    const chapters = tellChapters(history);
    if (options.json) return printJson(asJson(history, state, chapters, presented));
    printStory(history, state, chapters, presented);
  });
}

/** Every event in the order of time, the last refresh among them. */
function tellChapters(history: GrantHistory): Chapter[] {
  const { grant, events } = history;
  const chapters: Chapter[] = events.map((event) => {
    return { at: event.at, text: eventSentence(event, history), event: event.type, data: event.data };
  });
  if (grant !== undefined && !events.some(({ type }) => type === "grant.created")) {
    chapters.unshift({ at: grant.createdAt, text: madeSentence(history, grant.scope, undefined) });
  }
  if (grant !== undefined && grant.lastUsedAt > grant.createdAt) {
    chapters.push({ at: grant.lastUsedAt, text: refreshedSentence(grant) });
  }
  return chapters.toSorted((a, b) => a.at - b.at);
}

function refreshedSentence({ generation }: Grant): string {
  if (generation === 0)
    return "Last refreshed; its token has never been replaced, as the client's policy has it.";
  return `Last refreshed; by then its token had been replaced ${generation === 1 ? "once" : `${generation} times`}.`;
}

function asJson(
  history: GrantHistory,
  state: GrantState | undefined,
  chapters: readonly Chapter[],
  presented: PresentedToken | undefined,
): Record<string, unknown> {
  const { grant, grantId, clientId, clientName, subject, account } = history;
  const row = { grant_id: grantId, client_id: clientId, subject, state: "removed" };
  return {
    ...(grant && state ? grantJson(grant, state) : row),
    client_name: clientName ?? null,
    username: account?.username ?? null,
    history: chapters.map(({ at, text, event, data }) => ({ at: isoInstant(at), text, event, data })),
    presented,
    conclusion: conclusion(history, state),
  };
}

function printStory(
  history: GrantHistory,
  state: GrantState | undefined,
  chapters: readonly Chapter[],
  presented: PresentedToken | undefined,
): void {
  console.log(`Grant ${history.grantId}\n`);
  for (const { at, text } of chapters)
    console.log(`${instantWithAge(at, history.now)}\n${wrap(text, "  ")}\n`);
  console.log(wrap(conclusion(history, state)));
  if (presented !== undefined) console.log(`\n${wrap(presented.sentence)}`);
}

function conclusion({ grant, now }: GrantHistory, state: GrantState | undefined): string {
  if (grant === undefined || state === undefined) {
    return "It has ended, and its row was removed since.";
  }
  const used = grant.lastUsedAt === grant.createdAt ? " It was never refreshed." : "";
  if (state.state === "ended") {
    const when = state.at === null ? "" : ` Since ${instantWithAge(state.at, now)} its tokens are refused.`;
    return `${END_SENTENCES[state.because]}${when}${used}`;
  }
  const last = instantWithAge(grant.expiresAt, now);
  if (state.idleEndsAt >= grant.expiresAt)
    return `It lives until ${last}, the end of its absolute lifetime.${used}`;
  const idle = instantWithAge(state.idleEndsAt, now);
  return `It lives until ${idle} if nobody refreshes it, and until ${last} at the latest.${used}`;
}
