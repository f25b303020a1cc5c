import { PanelBuilder as BarGauge } from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import type { Panel as GrafanaPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimeline } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Panel } from "../../signals/panel.ts";
import type { Place } from "./layout.ts";
import type { PlannedPanel } from "./plan.ts";
import { colour, mappings, thresholds } from "./style.ts";
import { tableTransformations } from "./table.ts";
import { datasource } from "./variables.ts";

/** Columns and grid rows that a panel takes. */
export function sizeOf({ type, width }: Panel): { readonly w: number; readonly h: number } {
  return { w: width ?? (type === "stat" ? 8 : 12), h: type === "stat" ? 4 : 8 };
}

/** A panel in Grafana's form; `exprs` are the expressions of its queries, narrowed. */
export function printPanel(
  { panel, empty }: PlannedPanel,
  exprs: readonly string[],
  id: number,
  place: Place,
): GrafanaPanel {
  const builder = builderOf(panel);
  builder
    .id(id)
    .gridPos(place)
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .unit(panel.unit)
    .mappings(mappings(panel))
    .thresholds(thresholds(panel))
    .colorScheme(colour(panel))
    .targets(panel.queries.map((query, index) => target(panel, exprs[index] ?? query.expr, index)));
  if (panel.min !== undefined) builder.min(panel.min);
  if (panel.max !== undefined) builder.max(panel.max);
  const nothing = empty ?? panel.whenEmpty;
  if (nothing !== undefined) builder.noValue(nothing);
  if (panel.type === "table") builder.transformations([...tableTransformations(panel)]);
  return builder.build();
}

/** Name of a query within its panel: A, B, … */
export function refId(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : `Q${index}`;
}

function builderOf(panel: Panel): BarGauge | Stat | StateTimeline | Table | TimeSeries {
  switch (panel.type) {
    case "timeseries":
      return timeSeries(panel);
    case "stat":
      return new Stat()
        .reduceOptions(last())
        .graphMode(panel.mappings === undefined ? BigValueGraphMode.Area : BigValueGraphMode.None)
        .colorMode(panel.levels === undefined ? BigValueColorMode.None : BigValueColorMode.Value);
    case "table":
      return new Table().filterable(true);
    case "state-timeline":
      return new StateTimeline().mergeValues(true).showValue(VisibilityMode.Auto).fillOpacity(80).legend(legend());
    case "bargauge":
      return new BarGauge()
        .reduceOptions(last())
        .orientation(VizOrientation.Horizontal)
        .displayMode(BarGaugeDisplayMode.Basic);
  }
}

function timeSeries(panel: Panel): TimeSeries {
  const builder = new TimeSeries()
    .lineWidth(1)
    .fillOpacity(panel.stacked ? 30 : 10)
    .showPoints(VisibilityMode.Never)
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (panel.stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
  if (panel.levels === undefined) return builder;
  return builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

function target(panel: Panel, expr: string, index: number): Builder<Dataquery> {
  const legendFormat = panel.queries[index]?.legend ?? "";
  const builder = new DataqueryBuilder()
    .refId(refId(index))
    .datasource(datasource)
    .expr(expr)
    .legendFormat(legendFormat);
  switch (panel.type) {
    case "table":
      return builder.format(PromQueryFormat.Table).instant();
    case "bargauge":
      return builder.format(PromQueryFormat.TimeSeries).instant();
    case "timeseries":
      // Only histograms have exemplars; asking for others costs a query for nothing.
      return builder.format(PromQueryFormat.TimeSeries).range().exemplar(expr.includes("_bucket"));
    case "stat":
    case "state-timeline":
      return builder.format(PromQueryFormat.TimeSeries).range();
  }
}

function last(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("").values(false);
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);
}
