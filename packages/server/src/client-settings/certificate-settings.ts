import { isIP } from "node:net";
import { z } from "zod";
import { parseName } from "../certificates/distinguished-name.ts";
import { onOff } from "./setting.ts";
import type { ClientSetting } from "./setting.ts";

/** Longest name that a certificate is known by, characters. */
const MAX_NAME = 1000;

/**
 * A name by which the client's certificate is known; the client has exactly one of them (RFC 8705 §2.1.2).
 *
 * @param error what its value must be, as a predicate
 */
function certificateName(
  member: string,
  isValid: (value: string) => boolean,
  error: string,
  details: { flag: string; help: string; off: string },
) {
  const schema = z
    .string({ error: "must be text" })
    // Whoever registers a client may send a long one: it is not read then.
    .max(MAX_NAME, { error: `must not be longer than ${MAX_NAME} characters`, abort: true })
    .refine((value) => isValid(value), { error })
    .nullable();
  return {
    schema,
    default: null,
    form: "text",
    show: { line: "certificate", text: (value: string | null) => value ?? undefined },
    registration: { member, schema: schema.catch(null) },
    ...details,
  } satisfies ClientSetting<string | null>;
}

/** Client certificates (RFC 8705 §2.1.2, §3.4). */
export const CERTIFICATE_SETTINGS = {
  tlsSubject: certificateName(
    "tls_client_auth_subject_dn",
    (value) => parseName(value) !== undefined,
    "must be a distinguished name as RFC 4514 writes it, such as CN=client,O=Example,C=DE",
    {
      flag: "--tls-subject <dn>",
      help: "subject of the client's certificate for tls_client_auth, as openssl x509 -subject -nameopt RFC2253 prints it",
      off: "know the certificate by another name",
    },
  ),
  tlsSanDns: certificateName(
    "tls_client_auth_san_dns",
    (value) => /^[\x21-\x7e]{1,253}$/.test(value),
    "must be a host name",
    {
      flag: "--tls-san-dns <name>",
      help: "host name in the client's certificate for tls_client_auth, instead of its subject",
      off: "know the certificate by another name",
    },
  ),
  tlsSanUri: certificateName(
    "tls_client_auth_san_uri",
    (value) => URL.canParse(value),
    "must be an absolute URI",
    {
      flag: "--tls-san-uri <uri>",
      help: "URI in the client's certificate for tls_client_auth, such as a SPIFFE id, instead of its subject",
      off: "know the certificate by another name",
    },
  ),
  tlsSanIp: certificateName(
    "tls_client_auth_san_ip",
    (value) => isIP(value) !== 0 && !value.includes("%"),
    "must be an IP address",
    {
      flag: "--tls-san-ip <address>",
      help: "IP address in the client's certificate for tls_client_auth, instead of its subject",
      off: "know the certificate by another name",
    },
  ),
  tlsSanEmail: certificateName(
    "tls_client_auth_san_email",
    (value) => /^[^@\s]+@[^@\s]+$/.test(value),
    "must be an e-mail address",
    {
      flag: "--tls-san-email <address>",
      help: "e-mail address in the client's certificate for tls_client_auth, instead of its subject",
      off: "know the certificate by another name",
    },
  ),
  // RFC 8705 §3.4
  tlsBound: {
    ...onOff(
      { line: "tokens", text: (bound) => (bound ? "bound to its certificate" : undefined) },
      {
        flag: "--tls-bound",
        help: "bind the client's tokens to its certificate: each token request must come with one (RFC 8705)",
        off: "issue tokens without a certificate too",
      },
    ),
    registration: {
      member: "tls_client_certificate_bound_access_tokens",
      schema: z.boolean().catch(false),
      toMember: (bound: boolean) => bound || undefined,
    },
  },
} satisfies Record<string, ClientSetting>;

/** The settings of which a client with `tls_client_auth` has exactly one. */
export const CERTIFICATE_NAMES = ["tlsSubject", "tlsSanDns", "tlsSanUri", "tlsSanIp", "tlsSanEmail"] as const;
