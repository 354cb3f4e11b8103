/** What the demo's page has beside the style of all pages: two columns, tokens, the log of requests. */
export const DEMO = `
body{--side:max(1.25rem,calc(50% - 36rem))}
main{flex:1;width:100%;max-width:74.5rem;margin:0 auto;padding:var(--space-8) 1.25rem var(--space-12)}
.lead{max-width:44rem;margin:var(--space-2) 0 var(--space-6);font-size:var(--text-l);color:var(--soft)}
#status{position:sticky;top:var(--space-2);z-index:1;box-shadow:var(--shadow)}
#status:empty{display:none}
#start{max-width:44rem}
#start li{margin:var(--space-2) 0}
.columns{display:grid;grid-template-columns:minmax(0,1fr);gap:var(--space-4)}
.actions{display:flex;flex-wrap:wrap;gap:var(--space-2);margin:var(--space-4) 0}
.tokens,.log{list-style:none;margin:0;padding:0;display:grid;gap:var(--space-3)}
.tokens li{padding:var(--space-3) var(--space-4);border:1px solid var(--edge);border-radius:var(--radius)}
.tokens li.current{border-color:var(--good)}
.tokens p{margin:0 0 var(--space-2)}
.tokens button{display:block;min-height:2.25rem;margin-top:var(--space-3);padding:.25rem .75rem;font-size:var(--text-s)}
.tokens code,.jwt{word-break:break-all}
.spent code,.ended code{color:var(--soft)}
.spent code{text-decoration:line-through}
h3{margin:var(--space-4) 0 var(--space-2);font-size:1rem}
.jwt{padding:var(--space-3) var(--space-4);border:1px solid var(--edge);border-radius:var(--radius)}
.jwt-0{color:var(--bad)}
.jwt-1{color:var(--accent)}
.jwt-2{color:var(--good)}
progress{width:100%;accent-color:var(--brand)}
#wire{margin-top:var(--space-4)}
.log>li{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;padding:var(--space-4);background:var(--card);border:1px solid var(--edge);border-radius:var(--radius-l)}
.log h3{margin:0}
.log>li>p,details{flex:1 0 100%;min-width:0}
details p{margin:var(--space-3) 0 var(--space-1)}
summary{cursor:pointer}
pre{margin:0;padding:.8rem 1rem;background:var(--code);color:var(--code-text);border-radius:var(--radius);white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2}
pre code{font-size:.8125rem;line-height:1.6}
mark{background:var(--code-edge);color:inherit;border-radius:.25rem}
mark::after{content:" token " attr(data-token);color:var(--code-soft);font-family:var(--sans)}
@media(min-width:64rem){
.columns{grid-template-columns:minmax(0,5fr) minmax(0,6fr);grid-template-rows:auto 1fr}
.columns>.card{grid-column:1;align-self:start}
#wire{grid-area:1/2/span 2;margin:0}
#status.logged{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
}
@media(max-width:30rem){.card,.log>li{padding:var(--space-4)}.actions button{flex:1 1 auto}}
`;
