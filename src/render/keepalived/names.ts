import type { Host, Service } from "../../model/model.ts";

export const generator = "render/keepalived";
export const configPath = "/etc/keepalived/keepalived.conf";
/** What the scripts read: a line for each virtual IP of the host. */
export const tablePath = "/etc/keepalived/virtual-ips";
export const metricsPath = "/etc/keepalived/write-metrics";
export const releasePath = "/etc/keepalived/release-addresses";
export const trackFolder = "/run/stackwright/track";

/** Name of the check of a service: in the config, in the log and in the label `name`. */
export function checkName(service: Pick<Service, "name">): string {
  return `check_${service.name}`;
}

/** Name of the track file of a service in the config and in the log. */
export function stateName(service: Pick<Service, "name">): string {
  return `state_${service.name}`;
}

/** Holds 0 while the service runs, and -254 when it has stopped. */
export function trackPath(service: Pick<Service, "name">): string {
  return `${trackFolder}/${service.name}`;
}

/** SELinux lets keepalived run scripts under /usr/libexec/keepalived only; Debian and Ubuntu have no such folder. */
export function checkPath(service: Pick<Service, "name">, host: Pick<Host, "os">): string {
  const folder = host.os === "rhel-9" ? "/usr/libexec/keepalived" : "/etc/keepalived";
  return `${folder}/check-${service.name}`;
}
