/** Characters */
const MAX_LENGTH = 2 ** 18;

/**
 * Reads a body as text. Where `fetch` has no web streams (React Native, node-fetch), it is read whole before its length
 * is checked.
 *
 * @throws RangeError the body is too large
 */
export async function responseText(response: Response, maxLength: number = MAX_LENGTH): Promise<string> {
  // Not every `fetch` keeps to the type: the body may be missing, or another kind of stream.
  const reader = (response.body as Partial<typeof response.body>)?.getReader?.();
  let text = reader ? "" : await response.text();
  const decoder = reader && new TextDecoder();
  for (;;) {
    if (text.length > maxLength) {
      await reader?.cancel();
      throw new RangeError("Too large");
    }
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return text;
    text += decoder?.decode(value, { stream: true }) ?? "";
  }
}

/** The error code of a token endpoint's refusal (RFC 6749 §5.2); the body can still be read. undefined: it has none */
export async function errorOf(response: Response): Promise<unknown> {
  try {
    const { error } = Object(JSON.parse(await responseText(response.clone()))) as { error?: unknown };
    return error;
  } catch {
    return undefined;
  }
}
