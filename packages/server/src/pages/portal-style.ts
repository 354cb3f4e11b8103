import { inkOn } from "../config/colors.ts";

/** What the portal's pages have beside the style of all pages: a wide column, navigation, tables, code. */
export function portalStyle(color: string): string {
  return `
:root{--code:#f4f5f8;--edge:#d9dce3}
@media(prefers-color-scheme:dark){:root{--code:#20242c;--edge:#3a3f4a}}
.portal main{max-width:70rem}
.portal h1{font-size:2rem}
.docs h2{font-size:1.3rem}
.docs section{margin-top:2.25rem;padding-top:1.75rem;border-color:var(--edge);scroll-margin-top:1rem}
.lead{font-size:1.1rem;color:var(--soft)}
.docs nav ul,.cards{list-style:none;margin:0;padding:0}
.docs nav a{display:block;padding:.35rem .75rem;border-radius:.4rem;text-decoration:none}
.docs nav a:hover{text-decoration:underline}
.docs nav a[aria-current]{background:${color};color:${inkOn(color)};font-weight:600}
.contents ul,.languages ul{display:flex;flex-wrap:wrap;gap:.25rem}
.contents a,.languages a{border:1px solid var(--edge)}
.languages{margin-top:1rem}
.cards li{margin:.75rem 0;padding:1rem;border:1px solid var(--edge);border-radius:.5rem}
.cards a{font-weight:600}
.cards p{margin:.25rem 0 0}
code{font:.9em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.scroll{overflow-x:auto;margin:.75rem 0;padding:1rem;border:1px solid var(--edge);border-radius:.5rem;background:var(--code)}
.scroll[hidden]{display:none}
pre{margin:0;overflow-wrap:normal;tab-size:4}
table{width:100%;margin:.75rem 0;border-collapse:collapse;overflow-wrap:break-word}
th,td{padding:.6rem 1rem .6rem 0;border-bottom:1px solid var(--edge);text-align:start;vertical-align:top}
thead th{color:var(--soft);font-size:.9rem}
tbody th{font-weight:600}
@media(max-width:40rem){
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,tbody th,td{display:block;overflow-wrap:anywhere}
tbody tr{padding:.6rem 0;border-bottom:1px solid var(--edge)}
tbody th,td{padding:.1rem 0;border:0}
}
@media(min-width:60rem){
.docs{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:3rem}
.docs>nav{position:sticky;top:1.5rem;align-self:start;margin-top:1rem}
}
`.trim();
}
