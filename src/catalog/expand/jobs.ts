import { joinHostPort } from "../../model/ip.ts";
import type { Model, Service } from "../../model/model.ts";
import type { Endpoint } from "../../signals/endpoint.ts";
import type { ScrapeJob, ScrapeTarget } from "../../signals/signals.ts";
import type { Kind } from "../kind.ts";
import { instanceLabels, serviceLabels } from "./labels.ts";

/** One job for each endpoint of a service that has targets. */
export function jobsOf(model: Model, kind: Kind, service: Service): readonly ScrapeJob[] {
  return kind.endpoints(service, model).flatMap((endpoint): readonly ScrapeJob[] => {
    const targets = [...instanceTargets(model, service, endpoint), ...externalTargets(model, service, endpoint)];
    if (targets.length === 0) return [];
    const { name, version: usual } = endpoint.exporter;
    // A service's `version` is that of its own software; an exporter beside it has a version of its own.
    const version = (name === kind.id ? service.version : undefined) ?? model.versions[name] ?? usual;
    return [{ service: service.name, kind: kind.id, endpoint, version, targets, source: service.source }];
  });
}

function instanceTargets(model: Model, service: Service, endpoint: Endpoint): readonly ScrapeTarget[] {
  return service.instances.map((instance) => {
    const port = portOf(service, endpoint, instance.port);
    const labels = { ...instanceLabels(model, service, instance), instance: joinHostPort(instance.host.name, port) };
    return { host: instance.host.name, externalHost: undefined, port, labels, source: instance.source };
  });
}

/** What we do not run can be scraped only where the service itself answers, or where the inventory says that metrics are. */
function externalTargets(model: Model, service: Service, endpoint: Endpoint): readonly ScrapeTarget[] {
  const isAsked = service.metrics?.port !== undefined || endpoint.anyMetrics === true;
  if (endpoint.port !== service.port && !isAsked) return [];
  return service.external.map((external) => {
    const port = service.metrics?.port ?? external.port;
    return {
      host: undefined,
      externalHost: external.host,
      port,
      labels: { ...serviceLabels(model, service), instance: joinHostPort(external.host, port) },
      source: external.source,
    };
  });
}

/** An instance with a port of its own answers there, where the endpoint is the service's own port. */
function portOf(service: Service, endpoint: Endpoint, own: number | undefined): number {
  return endpoint.port === service.port ? (own ?? endpoint.port) : endpoint.port;
}
