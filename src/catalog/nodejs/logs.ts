import type { Service } from "../../model/model.ts";
import type { LogSource } from "../../signals/host.ts";

/**
 * What an application writes to stdout, kept by its unit as a file: one ECS document a line, the same that the library
 * delivers to Elasticsearch itself.
 * `{"@timestamp":"2026-11-21T08:00:00.123Z","log.level":"info","message":"order placed","ecs.version":"8.10.0","service.name":"order","event.dataset":"nodejs.app","trace.id":"4bf92f3577b34da6a3ce929d0e0e4736","span.id":"00f067aa0ba902b7"}`
 */
export function logs(service: Pick<Service, "name">): readonly LogSource[] {
  return [{ name: "app", path: `/var/log/${service.name}/app.log`, parser: "ecs" }];
}
