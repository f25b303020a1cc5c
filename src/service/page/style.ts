/** The looks of the page: one column of cards, light or dark as the system is, no asset from anywhere. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --edge: #dfe3ea; --line: #eceff4;
  --text: #1b2130; --faint: #5b6577; --link: #1f5fbf;
  --good: #1a7f4b; --warning: #8f5b00; --bad: #c4302b; --unknown: #5b6577;
  --good-soft: #e3f4ea; --warning-soft: #fdf0d5; --bad-soft: #fde7e5; --unknown-soft: #eceff4;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101319; --card: #181c24; --edge: #2a303c; --line: #232935;
    --text: #dde2ec; --faint: #97a1b4; --link: #7db1ff;
    --good: #5cc98b; --warning: #e3b04b; --bad: #ff7a70; --unknown: #97a1b4;
    --good-soft: #16301f; --warning-soft: #33280f; --bad-soft: #3a1917; --unknown-soft: #232935;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
.wrap { max-width: 1120px; margin: 0 auto; padding: 0 20px 40px; }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; padding: 22px 0 16px; }
h1 { font-size: 20px; margin: 0; letter-spacing: -0.01em; }
header .where { color: var(--faint); }
header .when { color: var(--faint); margin-left: auto; font-size: 13px; }
h2 { font-size: 15px; margin: 0; }
code, .mono { font-family: var(--mono); font-size: 0.92em; }
small, .small { font-size: 13px; color: var(--faint); }
section { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; margin-top: 16px; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 12px; padding: 12px 16px; }
.head p { margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 0; padding: 0; list-style: none; }
.tile { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 12px 14px; border-left: 4px solid var(--tone); }
.tile b { display: block; font-size: 21px; line-height: 1.3; letter-spacing: -0.01em; }
.tile .name { color: var(--faint); font-size: 13px; }
.tile .detail { font-size: 13px; color: var(--faint); }
.good { --tone: var(--good); --soft: var(--good-soft); }
.warning { --tone: var(--warning); --soft: var(--warning-soft); }
.bad { --tone: var(--bad); --soft: var(--bad-soft); }
.unknown { --tone: var(--unknown); --soft: var(--unknown-soft); }
.tag {
  display: inline-block; padding: 0 8px; border-radius: 10px; font-size: 12.5px; font-weight: 600; line-height: 20px;
  color: var(--tone); background: var(--soft); white-space: nowrap;
}
.alarm { border: 1px solid var(--tone); background: var(--soft); border-radius: 8px; padding: 12px 16px; margin: 0 0 16px; }
.alarm h2 { color: var(--tone); font-size: 16px; }
.alarm p { margin: 4px 0 0; }
ul.rows { list-style: none; margin: 0; padding: 0; }
ul.rows > li { border-top: 1px solid var(--line); padding: 9px 16px; }
.problem .place { font-family: var(--mono); font-size: 13px; color: var(--faint); }
.problem p { margin: 2px 0 0; }
.service { display: grid; grid-template-columns: minmax(0, 1fr) 150px 120px; gap: 0 16px; align-items: center; }
.service .name { font-weight: 600; }
.service .why { grid-column: 1 / -1; font-size: 13px; color: var(--tone); }
.service .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.service .number b { color: var(--tone); }
.bar svg { display: block; width: 100%; height: 8px; border-radius: 4px; background: var(--line); }
.bar rect { fill: var(--tone); }
ul.quiet {
  list-style: none; margin: 0; padding: 6px 16px 12px; border-top: 1px solid var(--line);
  display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 0 32px;
}
.quiet li { display: flex; gap: 8px; align-items: baseline; padding: 4px 0; }
.quiet .mark { color: var(--tone); font-size: 12px; width: 12px; flex: none; }
.quiet .name { font-weight: 600; }
.quiet .what { flex: 1; min-width: 0; }
.quiet .number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.vip { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) 150px; gap: 0 16px; align-items: center; }
.vip .tag { justify-self: end; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 18px; margin: 0; padding: 0 16px 14px; }
dt { color: var(--faint); }
dd { margin: 0; }
.empty { padding: 0 16px 14px; margin: 0; color: var(--faint); }
footer { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 18px 2px 0; font-size: 13px; color: var(--faint); }
@media (max-width: 760px) {
  .wrap { padding: 0 12px 28px; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: 8px; }
  header .when { margin-left: 0; width: 100%; }
  .service { grid-template-columns: minmax(0, 1fr) auto; }
  .service .bar { display: none; }
  .vip { grid-template-columns: minmax(0, 1fr) auto; }
  .vip .holder { grid-column: 1 / -1; grid-row: 2; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: 8px; }
}
`;
