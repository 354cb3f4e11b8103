import type { ClientDefaults, ClientSettings } from "../client-settings/settings.ts";
import type { Config } from "../config/resolve-config.ts";
import type { Deps } from "../deps.ts";
import * as accounts from "./accounts.ts";
import type { AccountFilter, AccountJson, NewAccount } from "./accounts.ts";
import type { ActorOf, By, Changed } from "./by.ts";
import * as clients from "./clients.ts";
import type { ClientFilter, ClientJson, NewClientInput } from "./clients.ts";
import * as events from "./events.ts";
import type { EventFilter, EventJson } from "./events.ts";
import { explainGrant, explanationJson } from "./grants/explain.ts";
import type { GrantExplanationJson } from "./grants/explain.ts";
import { extendedGrantJson, extendGrant } from "./grants/extend.ts";
import type { ExtendedGrantJson } from "./grants/extend.ts";
import * as grants from "./grants/grants.ts";
import type { GrantJson } from "./grants/grants.ts";
import { listGrants } from "./grants/list.ts";
import type { GrantFilter } from "./grants/list.ts";
import { revokeAllGrants } from "./grants/revoke-grants.ts";
import type { RevokeGrantsFilter, RevokeGrantsParts } from "./grants/revoke-grants.ts";
import * as keys from "./keys.ts";
import type { KeyImportParts, KeyListJson } from "./keys.ts";
import { mapListing } from "./listing.ts";
import type { Listing, PageOptions } from "./listing.ts";
import * as registrationTokens from "./registration-tokens.ts";
import type { NewRegistrationToken, RegistrationTokenJson } from "./registration-tokens.ts";
import * as streams from "./streams.ts";
import type { NewStream, StreamJson, StreamParts } from "./streams.ts";
import { readStatistics } from "./statistics.ts";
import type { StatisticsJson } from "./statistics.ts";
import { webhookOperations } from "./webhook-operations.ts";

export type { By, Changed } from "./by.ts";

/**
 * The operations of administration, the same as on the command line. They return JSON in wire names and throw
 * `AdminError`.
 */
export type Admin = ReturnType<typeof createAdmin>;

/** What the operations work with. */
export interface AdminParts {
  deps: Pick<Deps, "store" | "keys">;
  config: ClientDefaults & Config;
  /** The actor of an operation that names none. */
  actor: string;
}

/** Binds the operations of administration to a service's parts. */
export function createAdmin({ deps, config, actor }: AdminParts) {
  const by = (given: By) => given.actor ?? actor;
  return {
    clients: clientOperations({ ...deps, defaults: config }, by),
    accounts: accountOperations(deps, by),
    grants: grantOperations({ ...deps, ...config }, by),
    keys: keyOperations({ ...deps, rotation: { ...config, algorithm: config.signingAlgorithm } }, by),
    registrationTokens: registrationTokenOperations(deps, by),
    webhooks: webhookOperations({ ...deps, privateAddresses: config.webhookPrivateAddresses }, by),
    streams: streamOperations(streams.streamParts(deps, config), by),
    events: {
      /** Audit events, the newest first unless `order` is `oldest`. */
      async list(options: EventFilter & PageOptions = {}): Promise<Listing<EventJson>> {
        return mapListing(await events.listEvents(deps, options), events.eventJson);
      },
    },
    /** What the store holds, and what happened in each of the last `hours` (24 by default). */
    statistics: (options: { hours?: number | undefined } = {}): Promise<StatisticsJson> =>
      readStatistics(deps, options),
  };
}

function clientOperations(parts: clients.ClientParts & { defaults: ClientDefaults }, actorOf: ActorOf) {
  return {
    /** Registers a client. Its secret is returned here and not stored; a public client has none. */
    async create(input: NewClientInput, by: By = {}) {
      return clients.newClientJson(await clients.createClient(parts, input, actorOf(by)));
    },
    async get(id: string) {
      return clients.clientJson(await clients.findClient(parts, id));
    },
    async list(options: ClientFilter & PageOptions = {}): Promise<Listing<ClientJson>> {
      return mapListing(await clients.listClients(parts, options), clients.clientJson);
    },
    /** Changes the settings that are given; with `matches`, only a client, as JSON, for which it is true. */
    async update(
      id: string,
      changes: Partial<ClientSettings>,
      { matches, ...by }: { matches?: (present: object) => boolean } & By = {},
    ) {
      const { client, changed } = await clients.updateClient(parts, id, changes, actorOf(by), matches);
      return clients.changedClientJson({ client, changed: changed.length > 0 });
    },
    /** Gives a client a new secret; the old ones stay valid for `overlap` s. */
    async rotateSecret(id: string, { overlap, ...by }: { overlap: number } & By) {
      const rotated = await clients.rotateClientSecret(parts, id, overlap, actorOf(by));
      return clients.rotatedSecretJson(id, rotated);
    },
    /** Refuses a client and revokes its grants. */
    async disable(id: string, by: By = {}) {
      return clients.changedClientJson(await clients.disableClient(parts, id, actorOf(by)));
    },
    /** Accepts a disabled client again; revoked grants stay revoked. */
    async enable(id: string, by: By = {}) {
      return clients.changedClientJson(await clients.enableClient(parts, id, actorOf(by)));
    },
    /** Removes a client and revokes its grants. */
    async delete(id: string, by: By = {}): Promise<void> {
      await clients.deleteClient(parts, id, actorOf(by));
    },
  };
}

/** `name` is an account's subject or username. */
function accountOperations(parts: accounts.AccountParts & RevokeGrantsParts, actorOf: ActorOf) {
  return {
    async create(account: NewAccount, by: By = {}): Promise<AccountJson> {
      return accounts.accountJson(await accounts.createAccount(parts, account, actorOf(by)));
    },
    async get(name: string): Promise<AccountJson> {
      return accounts.accountJson(await accounts.findAccount(parts, name));
    },
    async list(options: AccountFilter & PageOptions = {}): Promise<Listing<AccountJson>> {
      return mapListing(await accounts.listAccounts(parts, options), accounts.accountJson);
    },
    /** Sets the password and signs the account out of every browser; grants stay active unless `revokeGrants`. */
    async setPassword(
      name: string,
      password: string,
      { revokeGrants = false, ...by }: { revokeGrants?: boolean } & By = {},
    ): Promise<AccountJson> {
      const account = await accounts.setPassword(parts, name, password, actorOf(by));
      if (revokeGrants) await revokeAllGrants(parts, { subject: account.subject }, actorOf(by));
      return accounts.accountJson(account);
    },
    /** Makes the account an operator, who may administer this service at its console, or takes that away. */
    async setOperator(name: string, operator: boolean, by: By = {}): Promise<Changed<AccountJson>> {
      return accounts.changedAccountJson(await accounts.setOperator(parts, name, operator, actorOf(by)));
    },
    /** Refuses an account and revokes its grants. */
    async disable(name: string, by: By = {}): Promise<Changed<AccountJson>> {
      return accounts.changedAccountJson(await accounts.disableAccount(parts, name, actorOf(by)));
    },
    /** Accepts a disabled account again; revoked grants stay revoked. */
    async enable(name: string, by: By = {}): Promise<Changed<AccountJson>> {
      return accounts.changedAccountJson(await accounts.enableAccount(parts, name, actorOf(by)));
    },
  };
}

function grantOperations(parts: Parameters<typeof explainGrant>[0] & RevokeGrantsParts, actorOf: ActorOf) {
  return {
    async get(id: string): Promise<GrantJson> {
      return grants.grantJson(await grants.findGrant(parts, id));
    },
    async list(options: GrantFilter & PageOptions = {}): Promise<Listing<GrantJson>> {
      return mapListing(await listGrants(parts, options), grants.grantJson);
    },
    /** What happened to a grant, and what a refresh with one of its tokens would return now. */
    async explain(requested: { id: string } | { token: string }): Promise<GrantExplanationJson> {
      return explanationJson(await explainGrant(parts, requested));
    },
    /** Moves the end of an active grant's absolute lifetime `by` s later, without a new sign-in at its client. */
    async extend(id: string, { by, ...given }: { by: number } & By): Promise<ExtendedGrantJson> {
      return extendedGrantJson(await extendGrant(parts, id, by, actorOf(given)));
    },
    /** Revokes a grant: its tokens are refused from now on. */
    async revoke(id: string, by: By = {}): Promise<Changed<GrantJson>> {
      return grants.changedGrantJson(await grants.revokeGrant(parts, id, actorOf(by)));
    },
    /**
     * Revokes all grants of a subject, of a client, or of both, in batches; `before` in ms. A subject without a client
     * is signed out of every browser too.
     */
    async revokeAll(filter: RevokeGrantsFilter, by: By = {}): Promise<{ revoked: number }> {
      const { revoked } = await revokeAllGrants(parts, filter, actorOf(by));
      return { revoked };
    },
  };
}

function keyOperations(parts: KeyImportParts, actorOf: ActorOf) {
  return {
    async list(): Promise<KeyListJson> {
      return keys.keyListJson(await keys.listKeys(parts));
    },
    /** Publishes the next signing key, which signs once no cache of the JWKS can lack it. */
    async rotateSigning(by: By = {}) {
      return keys.rotatedSigningJson(await keys.rotateSigning(parts, actorOf(by)));
    },
    /** Makes the next MAC key; refresh tokens under older ones stay valid. */
    async rotateMac(by: By = {}) {
      return keys.rotatedMacJson(await keys.rotateMac(parts, actorOf(by)));
    },
    /** Publishes the RSA key, in PEM, that another token service signed with. */
    async import(pem: string, { verifyOnly = false, ...by }: { verifyOnly?: boolean } & By = {}) {
      return keys.importedKeyJson(await keys.importKey(parts, pem, { verifyOnly }, actorOf(by)));
    },
    /** Takes a leaked signing key out of the JWKS. */
    async distrustSigning(kid: string, by: By = {}): Promise<void> {
      await keys.distrustSigning(parts, kid, actorOf(by));
    },
    /** Refuses the refresh tokens under a leaked MAC key; the newest is replaced first. */
    async distrustMac(number: number, by: By = {}): Promise<void> {
      await keys.distrustMac(parts, number, actorOf(by));
    },
  };
}

/** Streams of Shared Signals. */
function streamOperations(parts: StreamParts, actorOf: ActorOf) {
  const json = (stream: Parameters<typeof streams.streamJson>[1]) => streams.streamJson(parts.issuer, stream);
  return {
    /** Creates a stream, which begins with the events from now on. */
    async create(input: NewStream, by: By = {}): Promise<StreamJson> {
      return json(await streams.createStream(parts, input, actorOf(by)));
    },
    async get(id: string): Promise<StreamJson> {
      return json(await streams.findStream(parts, id));
    },
    async list(options: PageOptions = {}): Promise<Listing<StreamJson>> {
      return mapListing(await streams.listStreams(parts, options), json);
    },
    /** Enables, pauses or disables a stream; its receiver is told. */
    async setStatus(
      id: string,
      { status, reason, ...by }: Parameters<typeof streams.setStreamStatus>[2] & By,
    ): Promise<StreamJson> {
      const stream = await streams.findStream(parts, id);
      return json(await streams.setStreamStatus(parts, stream, { status, reason }, actorOf(by)));
    },
    async delete(id: string, by: By = {}): Promise<void> {
      await streams.deleteStream(parts, await streams.findStream(parts, id), actorOf(by));
    },
  };
}

function registrationTokenOperations(parts: registrationTokens.RegistrationTokenParts, actorOf: ActorOf) {
  return {
    /** Creates a token with which clients register themselves; it is returned here and not stored. */
    async create(wanted: NewRegistrationToken, by: By = {}) {
      const created = await registrationTokens.createRegistrationToken(parts, wanted, actorOf(by));
      return registrationTokens.createdTokenJson(created);
    },
    async list(options: PageOptions = {}): Promise<Listing<RegistrationTokenJson>> {
      const tokens = await registrationTokens.listRegistrationTokens(parts, options);
      return mapListing(tokens, registrationTokens.registrationTokenJson);
    },
    /** Deletes a token; the clients that it registered stay. */
    async delete(id: string, by: By = {}): Promise<void> {
      await registrationTokens.deleteRegistrationToken(parts, id, actorOf(by));
    },
  };
}
