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

/** A port, or `PLACE:PORT` with a host, a virtual IP or something outside, by name or address: what listens there, and what is scraped. */
export function explainPort(what: string, world: Explainable): readonly Explanation[] {
  const [, place, digits] = /^(?:(.+):)?([0-9]{1,5})$/.exec(what) ?? [];
  if (digits === undefined) return [];
  const port = Number(digits);
  const here = hostsAt(place?.replace(/^\[|\]$/g, ""), world.model);
  return [
    ...listening(what, port, here, world),
    ...outside(what, port, here, world),
    ...scraped(what, port, here, world),
  ];
}

/** Whether a host, or something outside, is meant by a word; everything is where there is none. */
function hostsAt(place: string | undefined, { hosts, virtualIps }: Model): (name: string) => boolean {
  if (place === undefined) return () => true;
  const vips = [...virtualIps.values()].filter((vip) => vip.name === place || vip.address === place);
  const members = new Set(vips.flatMap((vip) => vip.priority));
  return (name) =>
    name === place || members.has(name) || hosts.get(name)?.legs.some((leg) => leg.address === place) === true;
}

type Here = (name: string) => boolean;

function listening(what: string, port: number, here: Here, world: Explainable): readonly Explanation[] {
  const found = (world.listeners ?? []).filter((each) => each.port === port && here(each.host));
  // What exporters listen on is told with what is scraped.
  const own = found.filter(({ purpose }) => !purpose.startsWith("exporter "));
  const groups = Map.groupBy(own, ({ service, purpose }) => JSON.stringify([service, purpose]));
  return [...groups.values()].flatMap((group): readonly Explanation[] => {
    const [first] = group;
    const service = first && world.model.services.get(first.service);
    if (first === undefined || service === undefined) return [];
    return [
      {
        subject: `port ${what}`,
        facts: [
          `service ${service.name} listens there on ${group.map(({ host }) => host).join(", ")}: ${first.purpose}`,
        ],
        component: `catalog/${service.kind}`,
        sources: [...new Map(group.map(({ path }) => [JSON.stringify(path), path])).values()],
      },
    ];
  });
}

function outside(what: string, port: number, here: Here, { model }: Explainable): readonly Explanation[] {
  return [...model.services.values()].flatMap((service) =>
    service.external
      .filter((external) => external.port === port && here(external.host))
      .map((external) => ({
        subject: `port ${what}`,
        facts: [`service ${service.name}, which is not run here, answers there on ${external.host}`],
        component: `catalog/${service.kind}`,
        sources: [external.source],
      })),
  );
}

function scraped(what: string, port: number, here: Here, { signals }: Explainable): readonly Explanation[] {
  return signals.jobs.flatMap((job) => {
    const hosts = job.targets
      .filter((target) => target.port === port && here(target.host ?? target.externalHost ?? ""))
      .map((target) => target.host ?? target.externalHost ?? "");
    if (hosts.length === 0) return [];
    const fact = `${job.endpoint.exporter.name} ${job.version} of service ${job.service} is scraped there on ${hosts.join(", ")}`;
    return [{ subject: `port ${what}`, facts: [fact], component: `catalog/${job.kind}`, sources: [job.source] }];
  });
}
