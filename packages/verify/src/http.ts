/** Largest response body, bytes. */
const MAX_BODY = 1024 * 1024;

export interface JsonRequest {
  fetch: typeof fetch;
  /** For the whole response, ms. */
  timeout: number;
  /** Aborts the request. */
  signal?: AbortSignal;
  /** Form to POST; without one the request is a GET. */
  form?: URLSearchParams;
  headers?: Record<string, string>;
}

/**
 * Fetches a JSON object. Redirects are errors.
 *
 * @throws Error no response in time, a status other than 200, or a body that is not a JSON object or too large
 */
export async function fetchJson(url: string, request: JsonRequest): Promise<Record<string, unknown>> {
  const { form, headers = {}, timeout, signal } = request;
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  const timer = setTimeout(() => controller.abort(new Error(`${url} did not respond in time`)), timeout);
  try {
    const response = await request.fetch(url, {
      headers: { Accept: "application/json", ...headers },
      redirect: "error",
      signal: controller.signal,
      ...(form ? { method: "POST", body: form } : {}),
    });
    return await readObject(url, response);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function readObject(url: string, response: Response): Promise<Record<string, unknown>> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} returned ${response.status}`);
  }
  const value: unknown = JSON.parse(await readText(url, response));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${url} did not return a JSON object`);
  }
  return value as Record<string, unknown>;
}

async function readText(url: string, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY) throw new Error(`${url} returned more than ${MAX_BODY} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Checks that a URL is absolute and https; http is accepted on loopback, or anywhere if `allowHttp`.
 *
 * @param name of the option, for the error
 * @throws TypeError
 */
export function checkUrl(name: string, text: string, allowHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && (allowHttp || isLoopback(url)));
  if (!secure) throw new TypeError(`${name} must be an absolute https URL (http only on loopback)`);
  return text;
}

function isLoopback({ hostname }: URL): boolean {
  return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(hostname);
}
