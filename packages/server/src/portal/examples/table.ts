import { csharp } from "./csharp.ts";
import { curl } from "./curl.ts";
import type { Example } from "./example.ts";
import { fetch } from "./fetch.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { jquery } from "./jquery.ts";
import { node } from "./node.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";

/** The languages of the examples, in the order of the page. The first is shown until another is chosen. */
export const EXAMPLES: readonly Example[] = [curl, php, jquery, fetch, node, python, go, java, csharp];

/** Whether a text, such as a parameter or a cookie, names a language of the examples. */
export function isExampleLanguage(text: string | undefined): text is string {
  return EXAMPLES.some(({ language }) => language === text);
}
