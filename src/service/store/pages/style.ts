import { style } from "../../page/style.ts";

/** The looks of the status page, and what traces and log lines need beside it. */
export const storeStyle = `${style}
nav { display: flex; gap: 4px 16px; flex-wrap: wrap; }
nav a[aria-current] { color: var(--text); font-weight: 600; text-decoration: none; }
form { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: end; padding: 0 16px 14px; }
label { display: grid; gap: 2px; font-size: 13px; color: var(--faint); }
label.wide { flex: 1 1 220px; }
label.check { display: flex; align-items: center; gap: 6px; padding-bottom: 7px; }
input, select, button {
  font: inherit; font-size: 14px; color: var(--text); background: var(--page); border: 1px solid var(--edge);
  border-radius: 6px; padding: 5px 8px; min-width: 0; max-width: 100%;
}
input[type=checkbox] { accent-color: var(--link); }
button { background: var(--link); border-color: var(--link); color: var(--card); font-weight: 600; padding: 5px 16px; }
input:focus-visible, select:focus-visible, button:focus-visible, summary:focus-visible {
  outline: 2px solid var(--link); outline-offset: 1px;
}
.graph { overflow-x: auto; padding: 0 16px 12px; }
.graph svg { display: block; margin: 0 auto; max-width: none; }
.graph text { font-size: 13px; fill: var(--text); }
.graph .node { fill: var(--page); stroke: var(--edge); }
.graph .peer { stroke-dasharray: 4 3; }
.graph a:hover .node { stroke: var(--link); }
.graph .line { fill: none; stroke: var(--tone); opacity: 0.75; }
.graph .arrow { fill: var(--tone); }
.graph .rate { font-size: 12px; fill: var(--tone); stroke: var(--card); stroke-width: 4px; paint-order: stroke; }
.numbers { display: grid; grid-template-columns: minmax(0, 1fr) repeat(4, 92px); gap: 0 12px; align-items: baseline; }
.numbers > span { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.numbers .toned { color: var(--tone); font-weight: 600; }
.numbers.names { font-size: 13px; color: var(--faint); padding: 4px 16px; }
.trace { display: grid; grid-template-columns: 150px minmax(0, 1fr) 96px; gap: 0 14px; align-items: baseline; }
.trace .time, .line-time { font-family: var(--mono); font-size: 13px; color: var(--faint); white-space: nowrap; }
.trace .took { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.trace small { grid-column: 2 / -1; }
ol.spans { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
ol.spans summary, ul.lines summary { cursor: pointer; list-style: none; }
ol.spans summary::-webkit-details-marker, ul.lines summary::-webkit-details-marker { display: none; }
ol.spans summary {
  display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) 84px; gap: 0 12px; align-items: center; padding: 3px 16px;
}
ol.spans summary:hover, ul.lines summary:hover { background: var(--page); }
ol.spans .what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
ol.spans .what b { font-weight: 600; }
ol.spans .took { text-align: right; font-size: 13px; font-variant-numeric: tabular-nums; white-space: nowrap; }
ol.spans svg { display: block; width: 100%; height: 12px; background: var(--line); border-radius: 3px; }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 50%; background: var(--service); margin-right: 5px; }
ol.spans rect { fill: var(--service); }
ol.spans .bad .took, ol.spans .bad .what { color: var(--bad); }
${Array.from({ length: 13 }, (_, depth) => `.d${depth} { padding-left: ${depth * 14}px; }`).join("\n")}
.s0 { --service: #4a86d8; } .s1 { --service: #2f9e74; } .s2 { --service: #c9822b; } .s3 { --service: #9a6bd0; }
.s4 { --service: #c4577f; } .s5 { --service: #3f9fb5; } .s6 { --service: #8a8f3a; } .s7 { --service: #7d8597; }
ul.lines { list-style: none; margin: 0; padding: 0; }
ul.lines > li { border-top: 1px solid var(--line); }
ul.lines summary { display: grid; grid-template-columns: max-content 62px max-content minmax(0, 1fr); gap: 0 12px; align-items: baseline; padding: 4px 16px; }
ul.lines .service-name { color: var(--faint); font-size: 13px; display: inline; }
ul.lines .message { font-family: var(--mono); font-size: 13px; white-space: pre-wrap; }
.more { padding: 4px 16px 12px; }
.more pre { margin: 4px 0 0; font-family: var(--mono); font-size: 12.5px; white-space: pre-wrap; background: var(--page); border-radius: 6px; padding: 8px 10px; }
.more dl { padding: 0; font-size: 13px; }
.more dd { font-family: var(--mono); font-size: 12.5px; white-space: pre-wrap; }
.pager { padding: 10px 16px 14px; margin: 0; border-top: 1px solid var(--line); }
@media (max-width: 760px) {
  .numbers { grid-template-columns: minmax(0, 1fr) repeat(2, 76px); }
  .numbers .minor { display: none; }
  .trace { grid-template-columns: minmax(0, 1fr) auto; }
  .trace .time { grid-row: 2; }
  .trace small { grid-column: 1 / -1; }
  ol.spans summary { grid-template-columns: minmax(0, 1fr) 76px; row-gap: 3px; }
  ol.spans svg { grid-column: 1 / -1; grid-row: 2; height: 8px; }
  ol.spans li { border-bottom: 1px solid var(--line); padding: 3px 0; }
  ul.lines summary { grid-template-columns: max-content 62px minmax(0, 1fr); row-gap: 2px; }
  ul.lines .message { grid-column: 1 / -1; }
  label { flex: 1 1 40%; }
  input, select { width: 100%; font-size: 16px; }
  input[type=checkbox] { width: auto; }
}
`;
