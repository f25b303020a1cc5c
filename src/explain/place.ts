import type { Host, Model, VirtualIp } from "../model/model.ts";
import type { Explainable, Explanation } from "./explain.ts";

/** A service by its name. */
export function explainService(what: string, { model, signals }: Explainable): readonly Explanation[] {
  const service = model.services.get(what);
  if (service === undefined) return [];
  const jobs = signals.jobs.filter((job) => job.service === what);
  return [
    {
      subject: `service ${service.name}`,
      facts: [
        `kind ${service.kind}, owner ${service.owner}${service.implicit ? ", implied by its hosts" : ""}`,
        `runs on ${service.instances.map((instance) => instance.host.name).join(", ") || service.external.map(({ host, port }) => `${host}:${port}`).join(", ")}`,
        ...jobs.map(
          (job) =>
            `scraped by ${job.endpoint.name} with ${job.endpoint.exporter.name} ${job.version} on port ${job.endpoint.port}`,
        ),
      ],
      component: `catalog/${service.kind}`,
      sources: [service.source],
    },
  ];
}

/** A host by its name or one of its addresses. */
export function explainHost(what: string, { model, artifacts }: Explainable): readonly Explanation[] {
  return [...model.hosts.values()]
    .filter((host) => host.name === what || host.legs.some((leg) => leg.address === what))
    .map((host): Explanation => {
      const files = artifacts.filter((artifact) => artifact.installs.some((install) => install.host === host.name));
      return {
        subject: `host ${host.name}`,
        facts: [
          host.legs.map((leg) => `${leg.address} on segment ${leg.segment}`).join(", "),
          `${host.os}, owner ${host.owner}${host.managed ? "" : ", not managed"}`,
          `runs ${servicesOn(model, host).join(", ")}`,
          `${files.length} generated files go there`,
        ],
        component: undefined,
        sources: [host.source],
      };
    });
}

function servicesOn(model: Model, host: Host): readonly string[] {
  return [...model.services.values()]
    .filter((service) => service.instances.some((instance) => instance.host.name === host.name))
    .map((service) => service.name);
}

/** A virtual IP by its name or address. */
export function explainVirtualIp(what: string, { model }: Explainable): readonly Explanation[] {
  return [...model.virtualIps.values()].filter((vip) => vip.name === what || vip.address === what).map(vipExplanation);
}

function vipExplanation(vip: VirtualIp): Explanation {
  return {
    subject: `virtual IP ${vip.name}`,
    facts: [
      `${vip.address}/${vip.prefixLength} on segment ${vip.segment}, for service ${vip.service}`,
      `virtual router id ${vip.virtualRouterId}${vip.pinned ? "" : ", derived from the name"}; ${vip.preempt ? "the preferred host takes it back" : "it stays where it is"}`,
      `hosts in order: ${vip.priority.join(", ")}`,
    ],
    component: "catalog/keepalived",
    sources: [vip.source],
  };
}

/** A port, or `HOST:PORT`: what listens there, and what is scraped. */
export function explainPort(what: string, { model, signals }: Explainable): readonly Explanation[] {
  const [, host, digits] = /^(?:([a-z0-9][-a-z0-9]*):)?([0-9]{1,5})$/.exec(what) ?? [];
  if (digits === undefined) return [];
  const port = Number(digits);
  const here = (name: string): boolean => host === undefined || host === name;
  const listening = [...model.services.values()].flatMap((service) => {
    const hosts = service.instances
      .filter((instance) => (instance.port ?? service.port) === port && here(instance.host.name))
      .map((instance) => instance.host.name);
    return hosts.length === 0
      ? []
      : [
          {
            subject: `port ${what}`,
            facts: [`service ${service.name} listens there on ${hosts.join(", ")}`],
            component: `catalog/${service.kind}`,
            sources: [service.source],
          },
        ];
  });
  const scraped = signals.jobs.flatMap((job) => {
    const hosts = job.targets
      .filter((target) => target.port === port && (target.host === undefined || here(target.host)))
      .map((target) => target.host ?? target.externalHost ?? "");
    if (hosts.length === 0) return [];
    const fact = `${job.endpoint.exporter.name} ${job.version} of service ${job.service} is scraped there on ${hosts.join(", ")}`;
    return [{ subject: `port ${what}`, facts: [fact], component: `catalog/${job.kind}`, sources: [job.source] }];
  });
  return [...listening, ...scraped];
}
