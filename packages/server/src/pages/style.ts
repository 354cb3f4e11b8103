import { BACKGROUNDS, inkOn } from "../config/colors.ts";
import { portalStyle } from "./portal-style.ts";

/** The style sheet of all pages. Contrast on either background: text 4.5 to 1, borders 3 to 1 (WCAG 2.2 §1.4.3, §1.4.11). */
export function styleSheet(color: string): string {
  return `
:root{color-scheme:light dark;--page:${BACKGROUNDS.light};--text:#1b1d22;--soft:#595e68;--line:#767b85;--bad:#b3141e}
@media(prefers-color-scheme:dark){:root{--page:${BACKGROUNDS.dark};--text:#eceef2;--soft:#abb1bd;--line:#858b97;--bad:#ff8a8a}}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:anywhere;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:0 auto;padding:2rem 1.25rem}
header{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem;min-height:3rem;color:var(--soft);font-weight:600}
img{max-height:3rem;max-width:100%}
h1{font-size:1.5rem;line-height:1.25;margin:1.5rem 0 .25rem}
p,ul{margin:.75rem 0}
ul{padding-inline-start:1.25rem}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input{width:100%;padding:.65rem .75rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.4rem}
input[aria-invalid]{border-color:var(--bad)}
button{width:100%;min-height:2.75rem;margin-top:.75rem;padding:.5rem 1rem;font:inherit;font-weight:600;border-radius:.4rem;cursor:pointer;border:1px solid var(--line);background:transparent;color:inherit}
button.main{margin-top:1.5rem;border-color:${color};background:${color};color:${inkOn(color)}}
button.link{display:block;width:auto;min-height:1.5rem;margin:0;padding:0;border:0;font-weight:inherit;text-decoration:underline}
button[aria-pressed=true]{font-weight:600}
button[hidden]{display:none}
a{color:inherit}
:focus-visible{outline:3px solid ${color};outline-offset:2px}
.bad{padding:.65rem .75rem;border:1px solid var(--bad);border-radius:.4rem;color:var(--bad)}
.warn{padding:.65rem .75rem;border:1px solid var(--line);border-inline-start-width:.35rem;border-radius:.4rem}
.code{font-size:1.5rem;letter-spacing:.12em;text-transform:uppercase}
h2{display:flex;align-items:center;gap:.5rem;font-size:1.1rem;margin:0}
section{margin-top:1.5rem;padding-top:1rem;border-top:1px solid var(--line)}
.note{padding:.65rem .75rem;border:1px solid var(--line);border-radius:.4rem}
.soft{color:var(--soft)}
footer{margin-top:2rem;padding-top:.75rem;border-top:1px solid var(--line);color:var(--soft);font-size:.9rem}
${portalStyle(color)}`.trim();
}
