import type { Instance, Model, Service } from "../../model/model.ts";

/** Debian's unit; on other systems ours has the same name. */
export const unit = "prometheus";
/** Folder of the config on the host. */
export const folder = "/etc/prometheus";

/** The Prometheus services of a model, by name. */
export function prometheusServices(model: Model): readonly Service[] {
  return servicesOf(model, "prometheus");
}

/** Managed hosts that run a Prometheus server, sorted. */
export function prometheusHosts(model: Model): readonly string[] {
  return prometheusServices(model)
    .flatMap((service) => service.instances)
    .filter((instance) => instance.host.managed)
    .map((instance) => instance.host.name)
    .sort();
}

/** Services of a kind, by name. */
export function servicesOf(model: Model, kind: string): readonly Service[] {
  return [...model.services.values()]
    .filter((service) => service.kind === kind)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Instances of all services of a kind with the service's port, by host name. */
export function instancesOf(
  model: Model,
  kind: string,
): readonly { readonly instance: Instance; readonly service: Service; readonly port: number }[] {
  return servicesOf(model, kind)
    .flatMap((service) =>
      service.instances.map((instance) => ({ instance, service, port: instance.port ?? service.port ?? 0 })),
    )
    .sort((a, b) => (a.instance.host.name < b.instance.host.name ? -1 : 1));
}
