import { posix } from "node:path";
import type { Artifact } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import { type Piece, printOutline } from "../../artifact/outline.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Model } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import { servicesOf } from "../../model/services.ts";
import { formatDuration } from "../../model/units.ts";
import type { RenderedJob } from "./jobs.ts";
import { folder, instancesOf } from "./layout.ts";

/** Scrape configs of the operator's own, as parsed, with the file that they come from. */
export interface OwnScrapeConfig {
  readonly file: string;
  readonly config: unknown;
}

/** prometheus.yml of one server. Paths in it are relative to its folder. */
export function renderConfig(
  model: Model,
  server: Host,
  jobs: readonly RenderedJob[],
  own: { readonly ruleFiles: readonly string[]; readonly scrapeConfigs: readonly OwnScrapeConfig[] },
): Pick<Artifact, "content" | "source"> & { readonly origins: NonNullable<Artifact["origins"]> } {
  const service = servicesOf(model, "prometheus").find((each) =>
    each.instances.some((instance) => instance.host.name === server.name),
  );
  const source = [service?.source ?? ["services"], model.scrape.source];
  const token = discoveryToken(jobs);
  const pieces: Piece[] = [
    { value: { global: globals(model, server) }, indent: 0, source: model.scrape.source },
    ...alerting(model, server),
    { value: { rule_files: own.ruleFiles }, indent: 0, source: source[0] ?? [] },
    { text: "scrape_configs:\n" },
    ...jobs.map((job) => ({
      value: [scrapeConfig(model, server, job, token)],
      indent: 2,
      source: job.source,
      component: `render/prometheus scrape config ${job.name}`,
    })),
    ...own.scrapeConfigs.map(({ file, config }) => ({
      value: [config],
      indent: 2,
      source: ["extra", "scrape_configs"],
      component: file,
    })),
  ];
  return { ...printOutline(generatedHeader("render/prometheus", source), pieces), source };
}

function globals(model: Model, server: Host): unknown {
  return {
    scrape_interval: formatDuration(model.scrape.intervalMs),
    scrape_timeout: formatDuration(model.scrape.timeoutMs),
    evaluation_interval: formatDuration(model.scrape.intervalMs),
    external_labels: { replica: server.name },
  };
}

/** Both servers of a pair send to every Alertmanager, and without the label in which they differ. */
function alerting(model: Model, server: Host): readonly Piece[] {
  if (model.alerting === undefined) return [];
  const targets = instancesOf(model, "alertmanager")
    .filter(({ service }) => service.name === model.alerting?.service)
    .map(({ instance, port }) => joinHostPort(addressFrom(server, instance.host), port));
  const value = {
    alerting: {
      alert_relabel_configs: [{ regex: "replica", action: "labeldrop" }],
      alertmanagers: [{ static_configs: [{ targets }] }],
    },
  };
  return [{ value, indent: 0, source: model.alerting.source }];
}

function scrapeConfig(model: Model, server: Host, { name, endpoint }: RenderedJob, token: string | undefined): unknown {
  const relabel = [
    ...(endpoint.keep === undefined ? [] : [{ source_labels: ["__name__"], regex: endpoint.keep, action: "keep" }]),
    ...(endpoint.drop === undefined ? [] : [{ source_labels: ["__name__"], regex: endpoint.drop, action: "drop" }]),
  ];
  return {
    job_name: name,
    ...(endpoint.interval && { scrape_interval: endpoint.interval }),
    ...(endpoint.timeout && { scrape_timeout: endpoint.timeout }),
    ...(endpoint.path && { metrics_path: endpoint.path }),
    ...(endpoint.scheme === "https" && { scheme: "https" }),
    ...(endpoint.params && { params: endpoint.params }),
    ...(endpoint.bearerToken && {
      authorization: { credentials_file: posix.relative(folder, endpoint.bearerToken.file) },
    }),
    ...discovery(model, server, name, token),
    ...(relabel.length > 0 && { metric_relabel_configs: relabel }),
  };
}

/** From a file beside the config, or from every exporter service; either gives the same list. */
function discovery(
  model: Model,
  server: Host,
  job: string,
  token: string | undefined,
): Readonly<Record<string, unknown>> {
  if (model.scrape.discovery === "file") return { file_sd_configs: [{ files: [`targets/${job}.json`] }] };
  return {
    http_sd_configs: instancesOf(model, "stackwright").map(({ instance, port }) => ({
      url: `http://${joinHostPort(addressFrom(server, instance.host), port)}/sd/prometheus?job=${encodeURIComponent(job)}`,
      // Prometheus 2.42 takes Bearer for granted at scrapes only: here it would send the bare token.
      ...(token !== undefined && { authorization: { type: "Bearer", credentials_file: token } }),
    })),
  };
}

/** The exporter service asks for the same token wherever it is asked. */
function discoveryToken(jobs: readonly RenderedJob[]): string | undefined {
  const file = jobs.find(({ name }) => name === "stackwright")?.endpoint.bearerToken?.file;
  return file === undefined ? undefined : posix.relative(folder, file);
}
