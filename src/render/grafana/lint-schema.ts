import { z } from "zod";

const reference = z.union([z.string(), z.object({ uid: z.string().default("") })]).optional();

const target = z.object({ expr: z.string().default(""), refId: z.string().default("") });

const panel = z.object({
  type: z.string(),
  title: z.string().default(""),
  description: z.string().default(""),
  datasource: reference,
  targets: z.array(target).default([]),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string().default("") }).default({ unit: "" }) }).optional(),
  get panels() {
    return z.array(panel).default([]);
  },
});

const variable = z.object({
  type: z.string(),
  name: z.string(),
  label: z.string().default(""),
  query: z.unknown(),
  datasource: reference,
  multi: z.boolean().default(false),
  allValue: z.string().nullish(),
  refresh: z.number().default(0),
});

/** As much of a dashboard as the rules look at; a panel without a type or a variable without a name is refused. */
export const lintable = z.object({
  title: z.string().default(""),
  editable: z.boolean().default(true),
  templating: z.object({ list: z.array(variable).default([]) }).default({ list: [] }),
  panels: z.array(panel).default([]),
});

export type LintedPanel = z.infer<typeof panel>;
export type LintedVariable = z.infer<typeof variable>;
export type LintedDashboard = z.infer<typeof lintable>;

/** The uid that a panel or variable takes its data from. */
export function uidOf(datasource: LintedPanel["datasource"]): string {
  return typeof datasource === "string" ? datasource : (datasource?.uid ?? "");
}
