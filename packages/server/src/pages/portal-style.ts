/** What the portal's pages have beside the style of all pages: navigation, text of a readable measure, tables, code. */
export const PORTAL = `
html{scroll-padding-top:1.5rem}
body{--side:max(1.25rem,calc(50% - 38.5rem));background:var(--card)}
.skip{position:absolute;inset-inline-start:var(--space-4);top:-10rem;padding:var(--space-2) var(--space-4);background:var(--card);border-radius:var(--radius)}
.skip:focus{top:var(--space-2);z-index:1}
.docs{flex:1;padding:0 var(--side)}
.menu ul{list-style:none;margin:0;padding:0}
.menu a{display:block;padding:.4rem .75rem;border-radius:var(--radius);color:var(--soft);text-decoration:none;font-size:.9375rem;line-height:1.4}
.menu a:hover{color:var(--text);background:var(--fill)}
.menu [aria-current]{background:var(--tint);color:var(--accent);font-weight:600}
.article{padding:var(--space-8) 0 var(--space-12);min-width:0}
.article h1{font-size:var(--text-3xl)}
.lead{max-width:42rem;margin:var(--space-3) 0 0;font-size:var(--text-l);color:var(--soft)}
.article section{margin-top:var(--space-12)}
.article h2{font-size:var(--text-xl)}
.article h3{margin:var(--space-8) 0 0;font-size:var(--text-l)}
blockquote{margin:var(--space-4) 0;padding-inline-start:var(--space-4);border-inline-start:3px solid var(--edge);color:var(--soft)}
hr{margin:var(--space-8) 0;border:0;border-top:1px solid var(--edge)}
.article p,.article section>ul,.article ol{max-width:42rem}
.article li+li{margin-top:var(--space-2)}
.article :is(.cards,.languages,.contents) li{margin:0}
.article :not(pre)>code{padding:.1em .35em;background:var(--fill);border:1px solid var(--edge);border-radius:.3rem}
.contents{margin-top:var(--space-6);font-size:var(--text-s)}
.contents h2{font-size:var(--text-s);margin-bottom:var(--space-2)}
.contents ul{list-style:none;margin:0;padding:0}
.contents a{display:block;padding:.25rem .75rem;border-inline-start:2px solid var(--edge);color:var(--soft);text-decoration:none}
.contents a:hover{color:var(--text);border-color:var(--accent)}
.panel{margin:var(--space-4) 0;background:var(--code);color:var(--code-text);border:1px solid var(--code-edge);border-radius:var(--radius-l);overflow:hidden}
.panel-bar{display:flex;align-items:flex-start;gap:var(--space-2);padding:.5rem .6rem;border-bottom:1px solid var(--code-edge);color:var(--code-soft);font-size:var(--text-s)}
.panel-bar>:first-child{flex:1}
.panel-bar>span:first-child{padding:.3rem .5rem;text-transform:uppercase}
.languages ul{display:flex;flex-wrap:wrap;gap:.15rem;list-style:none;margin:0;padding:0}
.languages a{display:block;padding:.3rem .65rem;border-radius:var(--radius);color:var(--code-soft);text-decoration:none}
.languages a:hover{color:var(--code-text)}
.languages [aria-current]{background:var(--code-edge);color:var(--code-text);font-weight:600}
.panel :focus-visible{outline-color:var(--code-text);outline-offset:-3px}
.copy{min-height:0;padding:.25rem .65rem;border-color:var(--code-edge);background:none;box-shadow:none;color:var(--code-text);font-size:var(--text-s);font-weight:500}
.copy:hover{background:var(--code-edge)}
.scroll{overflow-x:auto;padding:1rem 1.15rem}
pre{margin:0;overflow-wrap:normal;tab-size:4;direction:ltr;text-align:left}
.article :not(.scroll)>pre{margin:var(--space-4) 0;padding:1rem 1.15rem;overflow-x:auto;background:var(--code);color:var(--code-text);border-radius:var(--radius-l)}
pre code{font-size:.8438rem;line-height:1.65}
table{width:100%;margin:var(--space-4) 0;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--edge);border-radius:var(--radius-l);overflow:hidden;overflow-wrap:break-word;font-size:.9375rem}
th,td{padding:.7rem 1rem;text-align:start;vertical-align:top}
td :is(a,code){overflow-wrap:anywhere}
tbody th,tbody td{border-top:1px solid var(--edge)}
thead th{padding-block:.55rem;background:var(--fill);color:var(--soft);font-size:var(--text-s);font-weight:600}
tbody th{font-weight:600}
.article form{max-width:28rem;margin-top:var(--space-6)}
.article form .small{margin:var(--space-1) 0 0}
.article form .main{margin-block:var(--space-6) var(--space-2)}
[role=alert],.status{margin-top:var(--space-6)}
.steps{list-style:none;margin-top:var(--space-6);padding:0}
.article .steps li{position:relative;margin:0;padding:0 0 var(--space-4);padding-inline-start:var(--space-6)}
.steps li::before{content:"";position:absolute;inset-inline-start:0;top:.5rem;width:.7rem;height:.7rem;border-radius:50%;background:var(--accent)}
.steps li:not(:last-child)::after{content:"";position:absolute;inset-inline-start:.3rem;top:1.2rem;bottom:-.5rem;width:2px;background:var(--edge)}
.article .pager{display:flex;flex-wrap:wrap;justify-content:space-between;gap:var(--space-4);max-width:none;margin:var(--space-12) 0 0;padding:var(--space-6) 0 0;border-top:1px solid var(--edge)}
.pager a{font-weight:600;text-decoration:none}
.pager [rel=next]{margin-inline-start:auto}
.pager [rel=prev]::before,.pager [rel=next]::after{content:"";display:inline-block;width:.5rem;height:.5rem;margin:0 .35rem .1rem;border:solid;border-width:0 0 2px 2px;transform:rotate(45deg)}
.pager [rel=next]::after,[dir=rtl] .pager [rel=prev]::before{transform:rotate(-135deg)}
[dir=rtl] .pager [rel=next]::after{transform:rotate(45deg)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(max-width:40rem){
table:not([role]){display:block;overflow-x:auto}
body>header nav{display:none}
[role] thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[role=table],[role] tbody,[role=row],[role=rowheader],[role=cell]{display:block;overflow-wrap:anywhere}
[role] tbody tr{padding:.75rem 1rem;border-top:1px solid var(--edge)}
[role] tbody tr:first-child{border:0}
[role=rowheader],[role=cell]{padding:.1rem 0;border:0}
[data-label]::before{content:attr(data-label) " ";content:attr(data-label) " "/"";margin-inline-end:.35rem;color:var(--soft);font-size:var(--text-s)}
.article h1{font-size:var(--text-2xl)}
}
@media(max-width:60rem){
.menu:popover-open{position:fixed;inset:0 0 auto;width:auto;max-height:90vh;margin:var(--space-2);padding:var(--space-4);background:var(--card);color:inherit;border:1px solid var(--edge);border-radius:var(--radius-l);box-shadow:var(--shadow)}
.menu::backdrop{background:var(--shade)}
.contents ul{display:flex;flex-wrap:wrap;gap:var(--space-1) var(--space-4)}
.contents a{padding:.15rem 0;border:0;text-decoration:underline}
}
@media(min-width:60.01rem){
body>header [popovertarget]{display:none}
.docs{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:2.5rem}
.menu{display:block;position:sticky;inset:auto;top:0;width:auto;height:auto;max-height:100vh;margin:0;padding:var(--space-8) 0;border:0;overflow-y:auto;align-self:start;background:none;color:inherit}
}
@media(min-width:74rem){
.article:has(.contents){display:grid;grid-template-columns:minmax(0,1fr) 11rem;column-gap:2.5rem;align-content:start}
.article>*{grid-column:1;min-width:0}
.article>.contents{grid-column:2;grid-row:1/span 60;position:sticky;top:var(--space-8);align-self:start;margin:var(--space-2) 0 0}
}
@media screen and (forced-colors:none){::highlight(comment){color:var(--code-soft)}::highlight(string){color:var(--code-string)}::highlight(number){color:var(--code-number)}::highlight(word){color:var(--code-word)}}
@media(forced-colors:active){.menu [aria-current],.languages [aria-current]{outline:1px solid}}
@media print{.menu,.contents,.languages,.pager,.panel-bar{display:none}.docs,.article{display:block}.panel{background:none;color:inherit;border-color:var(--line)}.scroll{overflow:visible}pre{white-space:pre-wrap}tr,section>h2{break-inside:avoid;break-after:avoid}}
`;
