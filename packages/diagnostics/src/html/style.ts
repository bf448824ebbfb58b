/** One style sheet for screen, dark screen and paper. The colours of texts and lines reach 4.5 : 1 on their grounds. */
export const style = `
:root{color-scheme:light dark;--ground:#fff;--text:#1c1f24;--quiet:#545b66;--line:#d5d9e0;--soft:#f4f5f7;--lead:#1d5fa8;--gap:#b3401c;--mark:#6a4a00;--good:#1d6b3a}
@media(prefers-color-scheme:dark){:root{--ground:#14171c;--text:#e6e8ec;--quiet:#a3abb8;--line:#363c47;--soft:#1d2128;--lead:#6fb1f5;--gap:#ff9068;--mark:#e6b450;--good:#6fcf97}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-inline-size:62rem;margin:auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 1rem}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-block-start:.75rem;border-block-start:1px solid var(--line)}
h3{font-size:1.05rem;margin:0 0 .35rem}
.verdict{font-size:1.1rem;background:var(--soft);padding:1rem;border-inline-start:4px solid var(--gap)}
.verdict.well{border-color:var(--good)}
.quiet,figcaption,caption{color:var(--quiet);font-size:.9rem}
article{margin:0 0 1rem;padding:1rem;border:1px solid var(--line);border-radius:.5rem;break-inside:avoid}
article p{margin:.35rem 0}
.part{font-size:.8rem;font-weight:600;padding:.1rem .5rem;border:1px solid currentColor;border-radius:1rem;margin-inline-end:.4rem;white-space:nowrap}
.cause{color:var(--gap)}.contributor{color:var(--mark)}.symptom,.red-herring{color:var(--quiet)}
code,.lines{font-family:ui-monospace,monospace;font-size:.85rem}
.lines{margin:.5rem 0;padding-inline-start:1.25rem;color:var(--quiet)}
summary{cursor:pointer;color:var(--lead)}summary:focus-visible{outline:3px solid var(--lead);outline-offset:2px}
.lines b{color:var(--text);font-weight:600}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem}
.scroll:focus-visible{outline:3px solid var(--lead);outline-offset:2px}
figure{margin:0 0 1rem}
svg{display:block;min-inline-size:46rem;inline-size:100%;block-size:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--text)}svg .quiet{fill:var(--quiet);font-size:12px}
.lead{fill:var(--lead)}.gap{fill:url(#dead);stroke:var(--gap)}.stripe{stroke:var(--gap);stroke-width:2}
.beat{stroke:var(--ground);stroke-width:1.5}.grid{stroke:var(--line)}.break{stroke:var(--quiet);stroke-dasharray:3 3}
.saw{fill:none;stroke:var(--lead);stroke-width:1.5}
table{border-collapse:collapse;inline-size:100%}
caption{text-align:start;padding:.5rem}
th,td{text-align:start;vertical-align:top;padding:.4rem .6rem;border-block-end:1px solid var(--line)}
th{background:var(--soft)}
td.number{text-align:end;white-space:nowrap}
.terms{min-inline-size:46rem}
.bar{display:inline-block;block-size:.8rem;background:var(--lead);vertical-align:middle;margin-inline-end:.5rem;min-inline-size:1px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:1rem}
@media print{main{max-inline-size:none;padding:0}.scroll{overflow:visible}svg,.terms{min-inline-size:0}}
`;
