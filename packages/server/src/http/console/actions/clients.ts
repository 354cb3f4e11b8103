import { clientFormScreen, secretScreen } from "@regrant/console";
import { AdminError } from "../../../admin/admin-error.ts";
import type { NewClientInput } from "../../../admin/clients.ts";
import { ADMIN_READ_SCOPE, ADMIN_SCOPE } from "../../../config/reserved-scopes.ts";
import { changesOf, readSettings, settingFields, typedSettings, versionOf } from "../client-form.ts";
import type { Answer, Values, OperatorRequest } from "../operator-request.ts";
import { activeGrants, clientPath, wholeNumber } from "./action.ts";
import type { Action } from "./action.ts";

const idOf = (form: Values) => form.get("client_id") ?? "";

async function nameOf({ context }: OperatorRequest, form: Values): Promise<string> {
  return (await context.admin.clients.get(idOf(form))).name;
}

const endingOf = ({ context }: OperatorRequest, form: Values) =>
  activeGrants(context.admin, { clientId: idOf(form) });

/** A client of the admin API may do what an operator may, also after the operator's session: it is made like an operator. */
const ASKS_OF_ADMINISTRATORS = {
  strong: true,
  asksOf: (form: Values) =>
    (readSettings(form, true).scopes ?? []).some((scope) => [ADMIN_SCOPE, ADMIN_READ_SCOPE].includes(scope)),
  ask: async (_request: OperatorRequest, form: Values) => ({
    title: "Let this client use the admin API?",
    warning: `With its secret, ${form.get("name") ?? ""} may use the admin API as its scopes say.`,
    label: "Let it use the admin API",
  }),
} satisfies Partial<Action>;

export const CLIENT_ACTIONS: readonly Action[] = [
  { path: "/clients/create", back: () => "/clients", run: create, ...ASKS_OF_ADMINISTRATORS },
  { path: "/clients/update", back: clientPath, run: update, ...ASKS_OF_ADMINISTRATORS },
  {
    path: "/clients/rotate-secret",
    strong: true,
    back: clientPath,
    async ask(request, form) {
      const hours = form.get("overlap_hours") ?? "";
      return {
        title: "Make a new secret?",
        warning: `${await nameOf(request, form)} gets a new secret, which is shown once. Its present secrets stop working after ${hours} hours.`,
        label: "Make a new secret",
      };
    },
    async run({ context, by, shell }, form) {
      const overlap = wholeNumber(form.get("overlap_hours")) * 3600;
      const rotated = await context.admin.clients.rotateSecret(idOf(form), { overlap, ...by });
      const { client_secret: secret, old_secret_valid_until: until } = rotated;
      const note =
        until === null
          ? "The earlier secrets are refused from now on."
          : `Earlier secrets work until ${until}.`;
      const shown = { title: "New secret", label: "The client's secret", secret, note };
      return { screen: secretScreen(shell, { ...shown, to: clientPath(form), toLabel: "To the client" }) };
    },
  },
  {
    path: "/clients/disable",
    strong: true,
    back: clientPath,
    async ask(request, form) {
      return {
        title: "Disable this client?",
        warning: `${await nameOf(request, form)} is refused, and ${await endingOf(request, form)} will end for good.`,
        label: "Disable the client",
      };
    },
    async run({ context, by }, form) {
      const { changed } = await context.admin.clients.disable(idOf(form), by);
      return { to: clientPath(form), notice: changed ? "disabled" : "unchanged" };
    },
  },
  {
    path: "/clients/enable",
    back: clientPath,
    async run({ context, by }, form) {
      const { changed } = await context.admin.clients.enable(idOf(form), by);
      return { to: clientPath(form), notice: changed ? "enabled" : "unchanged" };
    },
  },
  {
    path: "/clients/delete",
    strong: true,
    back: clientPath,
    async ask(request, form) {
      return {
        title: "Delete this client?",
        warning: `${await nameOf(request, form)} is removed for good, and ${await endingOf(request, form)} will end.`,
        label: "Delete the client",
      };
    },
    async run({ context, by }, form) {
      await context.admin.clients.delete(idOf(form), by);
      return { to: "/clients", notice: "deleted" };
    },
  },
];

async function create({ context, by, shell }: OperatorRequest, form: Values): Promise<Answer> {
  const isPublic = form.get("public") === "true";
  const settings = readSettings(form, true);
  try {
    const input: NewClientInput = { ...settings, name: settings.name ?? "", public: isPublic };
    const { client_id: id, client_secret: secret } = await context.admin.clients.create(input, by);
    const to = `/clients/${encodeURIComponent(id)}`;
    if (secret === undefined) return { to, notice: "created" };
    const note = `The client's id is ${id}.`;
    const shown = { title: "The client is created", label: "The client's secret", secret, note };
    return { screen: secretScreen(shell, { ...shown, to, toLabel: "To the client" }) };
  } catch (error) {
    return refusedForm(error, (fields) => clientFormScreen(shell, fields), form, undefined);
  }
}

/** Saves the settings that differ, unless the client was changed since the form was shown. */
async function update({ context, by, shell }: OperatorRequest, form: Values): Promise<Answer> {
  const client = await context.admin.clients.get(idOf(form));
  const isStale = form.get("version") !== versionOf(client);
  if (isStale) {
    const fault = "The client was changed by someone else meanwhile. These are its present settings.";
    const fields = { client, settings: settingFields(client, false), fault };
    return { screen: clientFormScreen(shell, { ...fields, version: versionOf(client) }), status: 409 };
  }
  try {
    const changes = changesOf(client, readSettings(form, false));
    if (Object.keys(changes).length === 0) return { to: clientPath(form), notice: "unchanged" };
    await context.admin.clients.update(idOf(form), changes, by);
    return { to: clientPath(form), notice: "saved" };
  } catch (error) {
    const fields = { client, version: versionOf(client) };
    return refusedForm(error, (shown) => clientFormScreen(shell, { ...shown, ...fields }), form, client);
  }
}

/** Shows the form again, as it was typed, and what is wrong with it. */
function refusedForm(
  error: unknown,
  show: (form: {
    settings: ReturnType<typeof settingFields>;
    fault: string;
  }) => ReturnType<typeof clientFormScreen>,
  form: Values,
  client: Readonly<Record<string, unknown>> | undefined,
): Answer {
  if (!(error instanceof AdminError)) throw error;
  const settings = settingFields(typedSettings(form), client === undefined, error.violations);
  const known = new Set(settings.map(({ member }) => member));
  const others = error.violations.filter(({ member }) => member === undefined || !known.has(member));
  const fault =
    others.length > 0 ? others.map(({ message }) => message).join(" ") : "Some settings are not valid.";
  return { screen: show({ settings, fault }), status: 400 };
}
