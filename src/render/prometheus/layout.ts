import type { Instance, Model, Service } from "../../model/model.ts";
import { managedInstances, servicesOf } from "../../model/services.ts";

/** Debian's unit; on other systems ours has the same name. */
export const unit = "prometheus";
/** Folder of the config on the host. */
export const folder = "/etc/prometheus";

/** Managed hosts that run a Prometheus server, sorted. */
export function prometheusHosts(model: Model): readonly string[] {
  return servicesOf(model, "prometheus")
    .flatMap(managedInstances)
    .map((instance) => instance.host.name)
    .sort();
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
