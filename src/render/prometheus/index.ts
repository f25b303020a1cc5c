import type { Artifact, Origin } from "../../artifact/artifact.ts";
import { ownName } from "../../artifact/own-name.ts";
import { type HostArtifact, place } from "../../artifact/place.ts";
import type { Host, Model } from "../../model/model.ts";
import type { HostSecret } from "../../model/secret-path.ts";
import { managedHosts, servicesOf } from "../../model/services.ts";
import type { Signals } from "../../signals/signals.ts";
import { type OwnScrapeConfig, renderConfig } from "./config.ts";
import { jobsFor, type RenderedJob } from "./jobs.ts";
import { folder, instancesOf, prometheusHosts, unit } from "./layout.ts";
import { renderRuleTests } from "./rule-tests.ts";
import { type RuleLinks, renderRules } from "./rules.ts";

const generator = "render/prometheus";

/** The operator's own parts, as they were read. */
export interface OwnParts {
  readonly rules: readonly { readonly file: string; readonly content: string }[];
  readonly scrapeConfigs: readonly OwnScrapeConfig[];
}

/**
 * Everything that the Prometheus servers need: a config for each, target lists, rules and their unit tests. Servers of a
 * pair differ in the external label `replica`, and in addresses where they stand on different segments.
 */
export function renderPrometheus(model: Model, signals: Signals, links: RuleLinks, own: OwnParts): readonly Artifact[] {
  const rules = renderRules(model, signals, links);
  const ownRules = own.rules.map((rule) => ownRuleFile(model, rule));
  const ruleFiles = [...rules, ...ownRules].flatMap((rule) =>
    rule.installs.slice(0, 1).map((install) => install.path.slice(folder.length + 1)),
  );
  const viewOf = views(model, signals);
  const files = instancesOf(model, "prometheus")
    .filter(({ instance }) => instance.host.managed)
    .flatMap(({ instance, service }) =>
      serverFiles(
        model,
        { host: instance.host, service: service.name, view: viewOf(instance.host) },
        { ruleFiles: ruleFiles.sort(), scrapeConfigs: own.scrapeConfigs },
      ),
    );
  return [...rules, ...renderRuleTests(signals), ...ownRules, ...place(files, managedHosts(model))];
}

/** Tokens that Prometheus reads from files on its hosts, once for each host and file. */
export function scrapeSecrets(model: Model, signals: Signals): readonly HostSecret[] {
  const tokens = new Map(
    signals.jobs.flatMap(({ endpoint }) =>
      endpoint.bearerToken === undefined ? [] : [[endpoint.bearerToken.file, endpoint.bearerToken]],
    ),
  );
  return prometheusHosts(model).flatMap((host) =>
    [...tokens.values()].map(({ file, from, source }) => ({
      host,
      path: file,
      owner: "prometheus:prometheus",
      from,
      source,
    })),
  );
}

/** The scrape configs of a server and their target lists. */
interface View {
  readonly jobs: readonly RenderedJob[];
  readonly lists: readonly (ReturnType<typeof targetList> & { readonly path: string })[];
}

/** Servers with legs on the same segments see the same, which is worked out once. */
function views(model: Model, signals: Signals): (server: Host) => View {
  const known = new Map<string, View>();
  return (server) => {
    const key = server.legs.map(({ segment }) => segment).join(" ");
    const before = known.get(key);
    if (before !== undefined) return before;
    const jobs = jobsFor(model, signals, server);
    const listed = model.scrape.discovery === "http" ? [] : jobs;
    const lists = listed.map((job) => ({ path: `${folder}/targets/${job.name}.json`, ...targetList(job) }));
    const view = { jobs, lists };
    known.set(key, view);
    return view;
  };
}

function serverFiles(
  model: Model,
  { host, service, view }: { readonly host: Host; readonly service: string; readonly view: View },
  own: Parameters<typeof renderConfig>[3],
): readonly HostArtifact[] {
  const base = { host: host.name, service, generator };
  const config = {
    ...base,
    path: `${folder}/prometheus.yml`,
    reload: unit,
    ...renderConfig(model, host, view.jobs, own),
  };
  return [config, ...view.lists.map((list) => ({ ...base, ...list }))];
}

/** A target list with one target a line, so that a line leads to the inventory; Prometheus re-reads it without a reload. */
export function targetList(job: RenderedJob): {
  readonly content: string;
  readonly source: Artifact["source"];
  readonly origins: readonly Origin[];
} {
  const lines = job.groups.map((group) => `  ${JSON.stringify({ targets: [group.target], labels: group.labels })}`);
  return {
    content: `[\n${lines.join(",\n")}\n]\n`,
    source: [job.source],
    origins: job.groups.map((group, index) => ({
      from: index + 2,
      to: index + 2,
      source: group.source,
      component: `render/prometheus scrape config ${job.name}`,
    })),
  };
}

/** Passed on as it is; only its place is ours. */
function ownRuleFile(model: Model, rule: OwnParts["rules"][number]): Artifact {
  const name = ownName(rule.file);
  const services = servicesOf(model, "prometheus").map((service) => service.name);
  return {
    path: `deploy/services/${services[0] ?? "prometheus"}/etc/prometheus/rules/${name}`,
    content: rule.content,
    mode: 0o644,
    owner: "root:root",
    generator,
    source: [["extra", "rules"]],
    installs: prometheusHosts(model).map((host) => ({ host, path: `${folder}/rules/${name}`, reload: unit })),
  };
}
