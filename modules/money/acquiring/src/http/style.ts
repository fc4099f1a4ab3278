/** The sheet of the 3-D Secure pages: the roles and the few parts of the look that they use. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f0f3ee; --sheet: #fbfcfa; --ink: #13202a; --ink-2: #3f4d55;
  --ink-3: #58666c; --rule: #cdd5ce; --margin: #d59a8c; --accent: #0a6355; --accent-2: #074c41;
  --on-accent: #fff; --red: #a02a1c; --ochre: #765000;
  --display: "Palatino Linotype", Palatino, P052, "Noto Serif", "Songti SC", "Noto Serif CJK SC", serif;
  --text: -apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans",
    "Liberation Sans", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei",
    "Noto Sans CJK SC", sans-serif; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1416; --sheet: #131c1f; --ink: #e8eeea;
  --ink-2: #b7c3c1; --ink-3: #97a5a5; --rule: #2c3a3d; --margin: #7d4a40; --accent: #62c6b1;
  --accent-2: #86d8c6; --on-accent: #04201b; --red: #f2998a; --ochre: #e3b866; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 1rem/1.5 var(--text);
  font-variant-numeric: lining-nums tabular-nums; }
:lang(zh) { line-height: 1.65; line-break: strict; }
header { border-bottom: 1px solid var(--ink); }
header div { max-width: 44rem; margin-inline: auto; padding: .3rem 1rem; min-height: 3.5rem; display: flex;
  justify-content: space-between; align-items: center; gap: 1rem; }
.mark { display: inline-flex; align-items: center; gap: .6rem; font: 400 1.3rem/1 var(--display); }
.mark > span { padding-top: .16em; }
.mark svg { display: block; width: 1.5rem; height: 1.5rem; }
main { width: min(36rem, 100%); margin: 2rem auto; padding: 2.5rem 2.5rem 2.5rem 4.5rem; position: relative;
  background: var(--sheet); border: 1px solid var(--rule); display: grid; gap: 1.5rem; }
main::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: 2.75rem;
  border-inline-start: 3px double var(--margin); }
h1, p, dl, dd { margin: 0; }
h1 { font: 400 1.75rem/1.3 var(--display); letter-spacing: -.012em; text-wrap: balance; }
h1:lang(zh) { letter-spacing: 0; font-weight: 500; line-height: 1.4; }
.figure { font: 400 3rem/1.05 var(--display); letter-spacing: -.015em; margin-block: .25rem .5rem; }
.figure:lang(zh) { letter-spacing: 0; }
.figure .c { font: 400 .36em/1 var(--text); letter-spacing: .04em; vertical-align: .12em;
  color: var(--ink-3); }
.figure .u { font-size: .62em; color: var(--ink-3); }
.m { white-space: nowrap; }
dl div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 1rem; padding: .55rem 0;
  border-bottom: 1px solid var(--rule); font-size: .875rem; }
dd { overflow-wrap: anywhere; }
dt { color: var(--ink-3); }
.dim { color: var(--ink-2); }
.cap { font-size: .8125rem; color: var(--ink-3); }
button, a.btn { display: inline-flex; align-items: center; justify-content: center;
  min-height: 2.875rem; padding: 0 1.25em;
  font: inherit; font-weight: 600; border-radius: 2px; cursor: pointer; text-decoration: none;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); }
button:hover, a.btn:hover { background: var(--accent-2); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
@media (max-width: 40em) { main { margin: 0; padding: 2rem 1.25rem 2.5rem 2.5rem; border-inline: 0;
  border-top: 0; } main::before { inset-inline-start: 1.25rem; } .figure { font-size: 2.5rem; }
  form button, a.btn { width: 100%; } }
`;
