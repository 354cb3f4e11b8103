import { Resolver } from "node:dns/promises";
import type { LookupAddress } from "node:dns";
import { Queue, QueueByKey } from "../limits/queue.ts";

/** How long one name server may take to answer, and one host's look-up may take in all, ms. */
const ANSWER_TIMEOUT = 1000;
const TIMEOUT = 3000;
/** Look-ups at a time of one registrable domain and in all, and how many more may wait. */
const PER_DOMAIN = { running: 4, waiting: 16 };
const IN_ALL = { running: 16, waiting: 128 };

/** What tests replace. */
interface ResolverOptions {
  /** Name servers, as `address:port`; by default the system's. */
  servers?: readonly string[];
  timeout?: number;
}

/**
 * Resolves names that strangers chose, whose name servers may be theirs too and never answer. c-ares asks, over sockets
 * of its own: `dns.lookup` would hold a thread of the pool that hashes passwords, signs tokens and looks up the names of
 * databases. Only the DNS is asked, `/etc/hosts` is not read. Of one domain few look-ups run at a time, so that its
 * silence does not keep the names of others waiting.
 */
export class HostResolver {
  readonly #options: ResolverOptions;
  readonly #perDomain = new QueueByKey(PER_DOMAIN.running, PER_DOMAIN.waiting);
  readonly #all = new Queue(IN_ALL.running, IN_ALL.waiting);

  constructor(options: ResolverOptions = {}) {
    this.#options = options;
  }

  /**
   * All addresses of a host.
   *
   * @param signal ends the look-up, or the wait for it
   * @throws the error of `node:dns` if no address was found in time; QueueFullError; the signal's reason
   */
  async resolve(host: string, signal: AbortSignal): Promise<LookupAddress[]> {
    return this.#perDomain.run(domainOf(host), () => this.#all.run(() => ask(host, signal, this.#options)));
  }
}

async function ask(
  host: string,
  signal: AbortSignal,
  { servers, timeout = TIMEOUT }: ResolverOptions,
): Promise<LookupAddress[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: Math.min(ANSWER_TIMEOUT, timeout), tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  const timer = setTimeout(cancel, timeout);
  signal.addEventListener("abort", cancel);
  try {
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = [...addressesOf(ipv4, 4), ...addressesOf(ipv6, 6)];
    if (addresses.length === 0 && ipv4.status === "rejected") throw ipv4.reason;
    return addresses;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
  }
}

function addressesOf(result: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return result.status === "fulfilled" ? result.value.map((address) => ({ address, family })) : [];
}

/** Second levels below which registries of countries sell names: `co.uk`, `com.au`. */
const SECOND_LEVEL = /^(?:ac|co|com|edu|go|gov|ne|net|or|org)$/;

/**
 * The domain that one owner registered, so nearly: the whole list of public suffixes is not worth a dependency here. Of
 * a suffix that it does not know, all names count as one owner's.
 */
export function domainOf(host: string): string {
  const labels = host
    .toLowerCase()
    .split(".")
    .filter((label) => label !== "");
  const isSecondLevel = labels.at(-1)?.length === 2 && SECOND_LEVEL.test(labels.at(-2) ?? "");
  return labels.slice(isSecondLevel ? -3 : -2).join(".");
}
