import { z } from "zod";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import { name } from "../../inventory/values.ts";
import type { Service } from "../../model/model.ts";
import { defineKind } from "../kind.ts";
import { probeRow } from "../reachability.ts";
import { alerts } from "./alerts.ts";

const trackerPort = 22122;
const storagePort = 23000;

/** What stands under `fastdfs:` of a service. */
const settings = z.strictObject({
  trackers: z
    .array(name)
    .min(1)
    .optional()
    .meta({
      description: "hosts on which a tracker runs; every host of the service unless said",
      examples: [["store1"]],
    }),
});

type FastdfsSettings = z.infer<typeof settings>;

export const fastdfs = defineKind<FastdfsSettings>({
  id: "fastdfs",
  title: "FastDFS",
  settings,
  // Ports as in conf/tracker.conf and conf/storage.conf of https://github.com/happyfish100/fastdfs
  port: trackerPort,
  ports: (service) => (isStorageOnly(service) ? [] : [{ port: storagePort, purpose: "FastDFS storage" }]),
  endpoints: () => [],
  unscraped: "FastDFS has no standard exporter for Prometheus; its port is asked instead",
  probe: { prober: "tcp" },
  references: (service, { trackers = [] }) =>
    trackers.map((host, index) => ({
      to: "host",
      name: host,
      path: [...service.source, "fastdfs", "trackers", index],
    })),
  alerts,
  dashboard: () => [probeRow("fastdfs", "the port of FastDFS")],
  units: (service) =>
    isStorageOnly(service) ? [{ name: "fdfs_storaged" }] : [{ name: "fdfs_trackerd" }, { name: "fdfs_storaged" }],
  packages: () => [{ source: "https://github.com/happyfish100/fastdfs/wiki" }],
  check,
});

/** Storages without a tracker are a service of their own, on the storage's port. */
function isStorageOnly(service: Service): boolean {
  return service.port === storagePort;
}

/** The tracker's port is asked on every host of the service, so that a host without a tracker would always be down. */
function check(service: Service, { trackers }: FastdfsSettings): readonly Problem[] {
  if (trackers === undefined || isStorageOnly(service)) return [];
  return service.instances
    .filter((instance) => !trackers.includes(instance.host.name))
    .map((instance) =>
      problem(
        "invalid-value",
        [...service.source, "fastdfs", "trackers"],
        `service "${service.name}" is asked on the tracker's port ${service.port ?? trackerPort}, but its host "${instance.host.name}" is not among its trackers`,
        {
          hint: `add ${instance.host.name} to trackers, or move it to a second fastdfs service with port: ${storagePort}`,
        },
      ),
    );
}
