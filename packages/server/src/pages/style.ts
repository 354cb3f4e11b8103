import { STYLE as CONSOLE } from "@regrant/console";
import { DEMO } from "./demo/style.ts";
import { PORTAL } from "./portal-style.ts";
import { tokens } from "./design-tokens.ts";

/**
 * How a page is laid out: `form`, a card in the middle of a tinted page; `column`, a header and a column of cards;
 * `portal`, a header, a navigation beside the text, and what documentation has: tables and code; `demo`, a header and
 * wide cards; `console`, the operators'.
 */
export type Layout = "form" | "column" | "portal" | "demo" | "console";

/** Elements, and parts that any page may have: `card`, `badge`, `note`, `good`, `warn`, `bad`, `empty`, `progress`. */
const BASE = `
*,::before,::after{box-sizing:border-box}
html{text-size-adjust:100%;-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;overflow-wrap:anywhere;background:var(--page);color:var(--text);font:1rem/1.55 var(--sans)}
h1,h2,h3{line-height:1.25;letter-spacing:-.015em;text-wrap:balance;margin:0}
h1{font-size:var(--text-2xl);font-weight:650}
h2{font-size:var(--text-l);font-weight:650}
p,ul,ol,dl{margin:var(--space-3) 0}
ul,ol{padding-inline-start:1.25rem}
img{max-width:100%}
a{color:var(--accent);text-underline-offset:.2em}
a:hover{text-decoration-thickness:2px}
code{font:.875em/1.5 var(--mono);font-variant-ligatures:none;direction:ltr;unicode-bidi:isolate}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
label{display:block;margin:var(--space-4) 0 .4rem;font-weight:600;font-size:var(--text-s)}
input,select,textarea{width:100%;min-height:2.875rem;padding:.55rem .8rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:var(--radius)}
input[aria-invalid]{border-color:var(--bad)}
button,.button{display:inline-block;min-height:2.75rem;padding:.55rem 1.1rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;border-radius:var(--radius);cursor:pointer;border:1px solid var(--edge);background:var(--card);color:var(--text);box-shadow:var(--shadow-s)}
button:hover,.button:hover{background:var(--fill)}
button.main,.button.main{border-color:var(--brand);background:var(--brand);color:var(--ink)}
button.main:hover,.button.main:hover{border-color:var(--hover);background:var(--hover)}
button.danger{color:var(--bad)}
button.link{min-height:1.5rem;padding:0;border:0;background:none;box-shadow:none;color:var(--accent);font-weight:inherit;text-decoration:underline}
button[aria-pressed=true]{font-weight:600}
[hidden]{display:none!important}
.brand{display:flex;align-items:center;gap:var(--space-3);font-weight:600;color:var(--text);text-decoration:none}
.brand img,.mark{max-height:3rem;border-radius:var(--radius)}
.card{background:var(--card);border:1px solid var(--edge);border-radius:var(--radius-l);padding:var(--space-6)}
.row{display:flex;flex-wrap:wrap;align-items:center;gap:var(--space-2) var(--space-3)}
.row.apart{justify-content:space-between}
.soft{color:var(--soft)}
.small{font-size:var(--text-s)}
.note,.good,.warn,.bad{padding:.7rem .9rem;border-radius:var(--radius);border:1px solid var(--edge);background:var(--fill)}
.good{color:var(--good);background:var(--good-fill)}
.warn{color:var(--warn);background:var(--warn-fill)}
.bad{color:var(--bad);background:var(--bad-fill)}
.good,.warn,.bad{border-color:color-mix(in srgb,currentColor 35%,transparent)}
.badge{display:inline-block;margin:0;padding:.1rem .65rem;border:1px solid transparent;border-radius:1rem;font-size:var(--text-s);font-weight:500}
.badge::first-letter{text-transform:uppercase}
.badge:not(.good,.warn,.bad){background:var(--fill);color:var(--soft)}
.empty{margin:var(--space-6) 0;padding:var(--space-12) var(--space-6);text-align:center;color:var(--soft);border:1px dashed var(--line);border-radius:var(--radius-l)}
.progress{display:flex;align-items:center;gap:var(--space-3)}
.progress::before{content:"";flex:none;width:1.25rem;height:1.25rem;border-radius:50%;border:3px solid var(--edge);border-top-color:var(--accent)}
@media(prefers-reduced-motion:no-preference){.progress::before{animation:turn 1s linear infinite}}
@keyframes turn{to{transform:rotate(1turn)}}
.rights{list-style:none;margin:-.25rem 0 var(--space-3);padding:0}
.rights li{position:relative;padding-block:.2rem;padding-inline-start:1.75rem}
.rights li li{padding:0}.rights li li::before{content:none}
.rights ul{list-style:none;margin:0;padding:0}
.details{display:grid;grid-template-columns:auto 1fr;gap:.1rem var(--space-2);margin:.25rem 0}
.details dt{color:var(--soft)}.details dd{margin:0;overflow-wrap:anywhere}
.rights li::before{content:"";position:absolute;inset-inline-start:.35rem;top:.5rem;width:.4rem;height:.75rem;border:solid var(--accent);border-width:0 2px 2px 0;transform:rotate(45deg)}
@media print{body{background:none}button,nav{display:none}}
`;

/** A card in the middle; a phone has no room for its edges. */
const FORM = `
body{background:radial-gradient(56rem 32rem at 50% -8rem,var(--tint),transparent) no-repeat var(--page);display:flex;flex-direction:column;align-items:center;justify-content:safe center;padding:var(--space-8) var(--space-4)}
main{width:100%;max-width:27rem;padding:2.25rem;background:var(--card);border:1px solid var(--edge);border-radius:var(--radius-l);box-shadow:var(--shadow)}
h1{margin:var(--space-6) 0 var(--space-2);font-size:1.625rem}
h1+p{margin-top:0}
.parties{margin:var(--space-4) 0}
.parties p{margin:0}
main button:not(.link){width:100%;margin-top:var(--space-3)}
main button.main{margin-top:var(--space-6)}
main footer{margin:var(--space-6) 0 0;padding-top:var(--space-4);border-top:1px solid var(--edge);color:var(--soft);font-size:var(--text-s)}
body>footer{margin-top:var(--space-4);font-size:var(--text-s)}
body>footer a{color:var(--soft)}
.under{margin:var(--space-2) 0;font-size:var(--text-s)}
.parties{display:flex;align-items:center;gap:var(--space-3)}
.code{font-size:1.5rem;letter-spacing:.12em;text-transform:uppercase}
p.code{padding:var(--space-3);text-align:center;background:var(--tint);border-radius:var(--radius)}
@media(max-width:30rem){body{background:var(--card);justify-content:flex-start;padding:0}main{padding:var(--space-6) 1.25rem;border:0;box-shadow:none;border-radius:0}}
`;

/** The header of the provider's name, on pages that are wider than a card. */
const BAR = `
body{display:flex;flex-direction:column}
body>header{display:flex;flex-wrap:wrap;align-items:center;gap:var(--space-2) var(--space-6);min-height:3.75rem;padding:var(--space-2) var(--side);background:var(--card);border-bottom:1px solid var(--edge)}
body>header .brand img{max-height:2rem}
body>header .brand{margin-inline-end:auto}
body>header ul{display:flex;flex-wrap:wrap;gap:var(--space-1) var(--space-6);list-style:none;margin:0;padding:0;font-size:var(--text-s)}
body>header nav a{display:block;padding:.3rem 0;color:var(--soft);text-decoration:none;font-weight:500}
body>header nav a:hover,body>header nav [aria-current]{color:var(--text)}
body>header nav [aria-current]{text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:.5em;text-decoration-color:var(--accent)}
.cards{list-style:none;margin:var(--space-6) 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:var(--space-4)}
.cards>li{position:relative;padding:1.25rem;background:var(--card);border:1px solid var(--edge);border-radius:var(--radius-l)}
.cards>li:hover{border-color:var(--accent)}
.cards a{font-weight:600;text-decoration:none}
.cards a::after{content:"";position:absolute;inset:0;border-radius:var(--radius-l)}
.cards a:focus-visible{outline:0}
.cards a:focus-visible::after{outline:3px solid var(--accent);outline-offset:2px}
.cards p{margin:var(--space-1) 0 0;font-size:var(--text-s)}
body>footer{display:flex;flex-wrap:wrap;gap:var(--space-1) var(--space-6);padding:1.25rem var(--side);border-top:1px solid var(--edge);font-size:var(--text-s)}
body>footer ul{display:flex;flex-wrap:wrap;gap:var(--space-1) var(--space-4);list-style:none;margin:0;padding:0}
body>footer a{color:var(--soft);text-decoration:none}
body>footer a:hover,body>footer [aria-current]{color:var(--text);text-decoration:underline}
@media print{body>header nav,body>footer{display:none}}
`;

const COLUMN = `
body{--side:max(1.25rem,calc(50% - 22.25rem))}
main{flex:1;width:100%;max-width:47rem;margin:0 auto;padding:var(--space-12) 1.25rem}
main>p:first-of-type{margin-top:var(--space-2);color:var(--soft)}
section.card{display:grid;grid-template-columns:minmax(0,1fr);justify-items:start;margin-top:var(--space-4)}
@media(min-width:40rem){section.card{grid-template-columns:minmax(0,1fr) auto}section.card>*{grid-column:1/-1}section.card>h2{grid-area:1/1}section.card>.badge{grid-area:1/2;align-self:center}}
section h2{display:flex;align-items:center;gap:var(--space-3)}
section .small{margin-top:var(--space-2)}
section form{display:flex;flex-wrap:wrap;gap:var(--space-2) var(--space-3);margin-top:var(--space-4)}
main footer{margin-top:var(--space-8);color:var(--soft);font-size:var(--text-s)}
@media(max-width:30rem){main{padding-block:var(--space-8)}section.card{padding:1.25rem}section button{width:100%}}
`;

const LAYOUTS: Readonly<Record<Layout, readonly string[]>> = {
  form: [FORM],
  column: [BAR, COLUMN],
  portal: [BAR, PORTAL],
  demo: [BAR, DEMO],
  console: [CONSOLE],
};

/**
 * The style sheet of a layout, without the rules of the others: every page brings its own.
 *
 * @param color the provider's, `#rrggbb`
 */
export function styleSheet(color: string, layout: Layout): string {
  const rules = [BASE, ...LAYOUTS[layout]].map((part) => part.trim()).join("\n");
  return `${tokens(color, rules)}\n${rules}`;
}
