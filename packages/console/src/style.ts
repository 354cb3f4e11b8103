/**
 * What the console's pages have beside the style of all pages. It uses the server's design tokens, `var(--soft)`, and has
 * no colours of its own.
 */
export const STYLE = `
body{--side:max(1.25rem,calc(50% - 42rem));display:flex;flex-direction:column}
.skip{position:absolute;inset-inline-start:var(--space-4);top:-10rem;padding:var(--space-2) var(--space-4);background:var(--card);border-radius:var(--radius)}
.skip:focus{top:var(--space-2);z-index:1}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
body>header{display:flex;flex-wrap:wrap;align-items:center;gap:var(--space-2) var(--space-6);padding:var(--space-2) var(--side);background:var(--card);border-bottom:1px solid var(--edge)}
.search{flex:1 1 18rem;display:flex;gap:var(--space-2);max-width:36rem}
.search input{min-height:2.5rem}
.search button{flex:none;min-height:2.5rem}
button,time,td>code{white-space:nowrap}
.who{margin-inline-start:auto;display:flex;align-items:center;gap:var(--space-3)}
.layout{flex:1;padding:0 var(--side)}
.layout>nav ul{display:flex;flex-wrap:wrap;gap:var(--space-1);list-style:none;margin:var(--space-3) 0 0;padding:0}
.layout>nav a{display:block;padding:.4rem .75rem;border-radius:var(--radius);color:var(--soft);text-decoration:none;font-size:.9375rem}
.layout>nav a:hover{color:var(--text);background:var(--fill)}
.layout>nav [aria-current]{background:var(--tint);color:var(--accent);font-weight:600}
main{min-width:0;padding:var(--space-6) 0 var(--space-12)}
main:focus{outline:0}
main h2{margin-top:var(--space-8)}
.alone{width:100%;max-width:27rem;margin:var(--space-8) auto;padding:2.25rem;background:var(--card);border:1px solid var(--edge);border-radius:var(--radius-l)}
.alone h1{margin:var(--space-4) 0}
.alone button{width:100%;margin-top:var(--space-4)}
.field{max-width:32rem}
.field p{margin:var(--space-1) 0 0}
.filters{display:flex;flex-wrap:wrap;align-items:flex-end;gap:0 var(--space-4)}
.filters .field{flex:1 1 11rem;max-width:18rem}
.filters button{margin-top:var(--space-3)}
.actions{display:flex;flex-wrap:wrap;align-items:flex-end;gap:var(--space-3);margin:var(--space-4) 0}
.actions .field{display:inline-block;max-width:9rem}
.actions label{margin-top:0}
fieldset{margin:var(--space-6) 0 0;padding:0;border:0}
legend{font-size:var(--text-l);font-weight:650}
.switch{display:flex;align-items:flex-start;gap:var(--space-3)}
.switch input{width:1.25rem;min-height:1.25rem;margin:.1rem 0 0;flex:none}
.switch label{margin:0}
textarea{min-height:5rem;font-family:var(--mono);font-size:var(--text-s)}
.fault{color:var(--bad)}
.fields{margin:var(--space-4) 0}
.fields>div{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:var(--space-1) var(--space-4);padding:.45rem 0;border-top:1px solid var(--edge)}
.fields dt{color:var(--soft);font-size:var(--text-s)}
.fields dd{margin:0}
table{width:100%;margin:var(--space-4) 0;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--edge);border-radius:var(--radius-l);overflow:hidden;font-size:.9375rem}
th,td{padding:.6rem .9rem;text-align:start;vertical-align:top}
tbody td,tbody th{border-top:1px solid var(--edge)}
thead th{background:var(--fill);color:var(--soft);font-size:var(--text-s);font-weight:600}
pre{margin:var(--space-2) 0 0;white-space:pre-wrap;font:.8125rem/1.5 var(--mono)}
summary{cursor:pointer;color:var(--accent);font-size:var(--text-s)}
.copy{min-height:1.5rem;padding:0 .5rem;box-shadow:none;font-size:.8125rem;font-weight:500}
.timeline{list-style:none;margin:var(--space-4) 0;padding:0}
.timeline li{position:relative;padding:0 0 var(--space-4);padding-inline-start:var(--space-6)}
.timeline li::before{content:"";position:absolute;inset-inline-start:0;top:.45rem;width:.7rem;height:.7rem;border-radius:50%;background:var(--accent)}
.timeline li:not(:last-child)::after{content:"";position:absolute;inset-inline-start:.3rem;top:1.2rem;bottom:-.45rem;width:2px;background:var(--edge)}
.timeline p{margin:.15rem 0 0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:var(--space-4)}
.chart{margin:0;min-width:0}
.chart figcaption{font-weight:600}
.chart svg{display:block;width:100%;height:auto;margin:var(--space-3) 0;border-bottom:1px solid var(--line)}
.legend{display:flex;flex-wrap:wrap;gap:var(--space-1) var(--space-4);list-style:none;margin:0 0 var(--space-2);padding:0;font-size:var(--text-s)}
.key{display:inline-block;width:.75rem;height:.75rem;margin-inline-end:.35rem;border-radius:.2rem}
.key.s0{background:var(--accent)}.key.s1{background:var(--good)}.key.s2{background:var(--warn)}.key.s3{background:var(--bad)}.key.s4{background:var(--soft)}.key.s5{background:var(--line)}
svg .s0{fill:var(--accent)}svg .s1{fill:var(--good)}svg .s2{fill:var(--warn)}svg .s3{fill:var(--bad)}svg .s4{fill:var(--soft)}svg .s5{fill:var(--line)}
.scroll{overflow-x:auto}
.numbers{font-size:var(--text-s)}
.stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:var(--space-4);margin:var(--space-4) 0}
.stats dt{color:var(--soft);font-size:var(--text-s)}
.stats dd{margin:0}
.stats dt+dd{font-size:var(--text-xl);font-weight:650}
.stats time{white-space:normal}
.pager{margin:var(--space-4) 0}
@media(min-width:70rem){.about{min-width:22rem}}
@media(min-width:60rem){.layout{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:2.5rem}.layout>nav ul{flex-direction:column;flex-wrap:nowrap;position:sticky;top:0;padding:var(--space-6) 0;margin:0}}
@media(max-width:40rem){
.fields>div{grid-template-columns:minmax(0,1fr)}
[role] thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[role=table],[role] tbody,[role=row],[role=cell]{display:block;overflow-wrap:anywhere}
[role] tbody tr{padding:.6rem .9rem;border-top:1px solid var(--edge)}
[role] tbody tr:first-child{border:0}
[role=cell]{padding:.1rem 0;border:0}
[data-label]::before{content:attr(data-label) " ";content:attr(data-label) " "/"";margin-inline-end:.35rem;color:var(--soft);font-size:var(--text-s)}
.alone{margin:0;border:0;border-radius:0}
}
@media(forced-colors:active){.layout>nav [aria-current]{outline:1px solid}}
`;
