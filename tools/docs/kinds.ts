import { kinds } from "../../src/catalog/index.ts";
import type { Kind } from "../../src/catalog/kind.ts";
import type { Cluster } from "../../src/signals/signals.ts";
import { type Capture, captureOf, type ExampleJob, exampleOf, type KindExample } from "./kind-example.ts";
import { code, page, table } from "./markdown.ts";

/** Where knowledge of an endpoint's metrics comes from. */
export type Provenance = "captured" | "recorded" | "partly" | "declared" | "any";

/** Told by the exporter's `source`, which begins with the word where all was captured, and by what the capture watched. */
export function provenanceOf({ endpoint }: ExampleJob, capture: Capture | undefined): Provenance {
  if (endpoint.anyMetrics === true) return "any";
  const { source } = endpoint.exporter;
  if (source.startsWith("captured")) return capture?.source.includes("test data") === true ? "recorded" : "captured";
  return source.includes("captured") ? "partly" : "declared";
}

const words: Readonly<Record<Provenance, string>> = {
  captured: "captured from a real exporter",
  recorded: "captured from a real exporter on recorded answers",
  partly: "those of the process captured; its own declared, and compared with the running program by a test",
  declared: "declared; not yet asked of a real target",
  any: "any; the service's own",
};

/** Every kind with its exporter, alerts and panels, as the example of its folder has them. */
export function kindsPage(): string {
  return page("Component kinds", [
    "What each kind brings. *Alerts* are those that the kind has in all; *panels* are those of the dashboard that its `example.yaml` makes. *Metrics* says how their names and labels came into the catalog: captured from a real exporter on a test bench, or declared from documentation or source and not yet asked of a real target.",
    kindsTable("../../"),
    ...kinds.map(kindSection),
  ]);
}

/** The table alone; `root` leads from the page to the project's root. */
export function kindsTable(root: string): string {
  return table(
    ["kind", "exporter", "port", "alerts", "panels", "metrics"],
    kinds.map((kind) => {
      const example = exampleOf(kind);
      const { jobs } = example;
      return [
        `[${kind.id}](${root}src/catalog/${kind.id}/README.md)`,
        jobs.length === 0 ? "none; probed" : unique(jobs.map(({ endpoint }) => endpoint.exporter.name)),
        jobs.length === 0 ? "" : unique(jobs.map((job) => portOf(kind, job))),
        String(kind.alerts.length),
        String(example.panels),
        jobs.length === 0 ? "those of the probe" : metricsOf(jobs, captureOf(kind)),
      ];
    }),
  );
}

function metricsOf(jobs: readonly ExampleJob[], capture: Capture | undefined): string {
  const told = jobs.map((job) => ({ name: job.endpoint.name, words: words[provenanceOf(job, capture)] }));
  const all = [...new Set(told.map((each) => each.words))];
  return all.length === 1
    ? all.join("")
    : [...new Set(told.map((each) => `${code(each.name)}: ${each.words}`))].join("; ");
}

function kindSection(kind: Kind): string {
  const example = exampleOf(kind);
  const capture = captureOf(kind);
  return [
    `## ${kind.id}`,
    `${kind.title}. [README](../../src/catalog/${kind.id}/README.md) with settings, runbooks and pitfalls; [example](../../src/catalog/${kind.id}/example.yaml).`,
    listOf(kind, example, capture),
  ].join("\n\n");
}

function listOf(kind: Kind, { jobs, alerts, panels, cluster }: KindExample, capture: Capture | undefined): string {
  return [
    kind.port === undefined ? undefined : `listens on port ${kind.port} unless the inventory says otherwise`,
    kind.roles === undefined ? undefined : `roles: ${kind.roles.map(code).join(", ")}`,
    cluster === undefined ? undefined : clusterLine(cluster),
    ...jobs.map((job) => jobLine(kind, job, capture)),
    capture === undefined ? undefined : `capture: ${capture.exporter} ${capture.version}; ${capture.source}`,
    kind.unscraped === undefined ? undefined : `not scraped: ${kind.unscraped}`,
    `${kind.alerts.length} alerts, ${alerts.length} rules in its example; ${panels} panels`,
  ]
    .flatMap((line) => (line === undefined ? [] : [`- ${line}`]))
    .join("\n");
}

function clusterLine(cluster: Cluster): string {
  switch (cluster.type) {
    case "quorum":
      return "cluster: a majority of its hosts has to live";
    case "primary":
      return `cluster: one host has the role ${code(cluster.role)}`;
  }
}

function jobLine(kind: Kind, job: ExampleJob, capture: Capture | undefined): string {
  const { endpoint, version } = job;
  const { metrics, path, exporter } = endpoint;
  return `scraped by ${code(endpoint.name)}: ${exporter.name} ${version} on port ${portOf(kind, job)}, ${code(path ?? "/metrics")}; ${metrics.length} metric families, ${words[provenanceOf(job, capture)]} (${exporter.source})`;
}

/** A kind without a port of its own is asked where the inventory says that the service listens. */
function portOf(kind: Kind, { endpoint, own }: ExampleJob): string {
  return endpoint.anyMetrics === true || (own && kind.port === undefined) ? "the service's" : String(endpoint.port);
}

function unique(items: readonly string[]): string {
  return [...new Set(items)].join(", ");
}
