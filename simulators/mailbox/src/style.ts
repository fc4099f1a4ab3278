/** The mailbox's own sheet: the roles of the house's look, as few parts as its two pages need. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f0f3ee; --sheet: #fbfcfa; --wash: #e6ebe4; --ink: #13202a;
  --ink-2: #3f4d55; --ink-3: #58666c; --rule: #cdd5ce; --rule-2: #7c898b; --accent: #0a6355;
  --display: "Palatino Linotype", Palatino, P052, "Noto Serif", "Songti SC", "Noto Serif CJK SC", serif;

   --text: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "PingFang SC",
    "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1416; --sheet: #131c1f; --wash: #1c282b;
  --ink: #e8eeea; --ink-2: #b7c3c1; --ink-3: #97a5a5; --rule: #2c3a3d; --rule-2: #6d7d80;
  --accent: #62c6b1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 1rem/1.5 var(--text);
  font-variant-numeric: lining-nums tabular-nums; }
:lang(zh) { line-height: 1.65; line-break: strict; }
.wrap { max-width: 56rem; margin-inline: auto; padding-inline: 1.5rem; }
header { border-bottom: 1px solid var(--ink); }
header .wrap { min-height: 4rem; display: flex; justify-content: space-between;
  align-items: center; gap: 1rem; }
.mark { display: inline-flex; align-items: center; gap: .6rem; min-height: 2.75rem;
  font: 400 1.3rem/1 var(--display);
  text-decoration: none; }
.mark svg { width: 1.5rem; height: 1.5rem; }
main { padding-block: 2rem 4rem; display: grid; gap: 1.5rem; }
h1, p, ol, dl, dd { margin: 0; padding: 0; }
h1 { font: 400 2.25rem/1.2 var(--display); letter-spacing: -.012em; text-wrap: balance;
  overflow-wrap: anywhere; }
h1:lang(zh) { letter-spacing: 0; font-weight: 500; }
a { color: inherit; text-underline-offset: .22em; text-decoration-color: var(--rule-2); }
a:hover { color: var(--accent); }
.tap { display: inline-flex; align-items: center; min-height: 2.75rem; }
.cap { font-size: .8125rem; color: var(--ink-3); }
.dim { color: var(--ink-2); max-width: 46ch; }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline;
  gap: .25rem 1.5rem;
  border-bottom: 1px solid var(--ink); }
ol { list-style: none; }
li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .1rem 1.5rem; padding: .6rem 0;
  border-bottom: 1px solid var(--rule); }
li a { font-weight: 600; text-decoration: none; overflow-wrap: anywhere; min-height: 1.5rem; }
li .to { overflow-wrap: anywhere; }
li time { grid-area: 1 / 2; font-size: .8125rem; color: var(--ink-3); white-space: nowrap; }
.spec { font-size: .875rem; border-top: 1px solid var(--ink); }
.spec div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 1rem; padding: .5rem 0;
  border-bottom: 1px solid var(--rule); }
dt { color: var(--ink-3); }
dd { overflow-wrap: anywhere; }
pre { margin: 0; padding: 1.5rem; background: var(--sheet); border: 1px solid var(--rule);
  white-space: pre-wrap;
  overflow-wrap: anywhere; font: 400 1rem/1.6 var(--text); }
iframe { width: 100%; height: 34rem; border: 1px solid var(--rule); background: #fbfcfa; }
summary { min-height: 2.75rem; padding-block: .6rem; cursor: pointer; }
details pre { font: 400 .75rem/1.6 ui-monospace, Menlo, Consolas, monospace; padding: 1rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
@media (max-width: 40em) { .wrap { padding-inline: 1rem; } h1 { font-size: 1.75rem; }
  li { grid-template-columns: minmax(0, 1fr); } li time { grid-area: auto; } }
`;
