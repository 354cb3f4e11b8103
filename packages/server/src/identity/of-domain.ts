/** Whether a username is of one of the domains, in any case; undefined: of any. */
export function isOfDomain(
  { domains }: { readonly domains?: readonly string[] | undefined },
  username: string | undefined,
): boolean {
  if (domains === undefined) return true;
  const domain = /@([^@]*)$/.exec(username ?? "")?.[1];
  return domain !== undefined && domains.includes(domain.toLowerCase());
}
