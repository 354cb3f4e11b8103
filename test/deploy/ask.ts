import { once } from "node:events";
import type { request as requestHttp, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { request as requestHttps, RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import { HOST } from "./proxies.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Where and what is sent. */
type Sent = Omit<RequestOptions, "headers"> & { headers?: Record<string, string> };

/** Sends one request, on a connection of its own unless there is an agent, and reads the whole response. */
export async function ask(
  request: typeof requestHttp | typeof requestHttps,
  options: Sent,
  body?: string,
): Promise<Answer> {
  const sent = request({ agent: false, ...options, headers: { host: HOST, ...options.headers } }).end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}
