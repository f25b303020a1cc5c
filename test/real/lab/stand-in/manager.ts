import { existsSync, globSync, readFileSync } from "node:fs";
import { Service, type ServiceHost, type ServiceState } from "./service.ts";
import { readUnit } from "./unit-file.ts";

export type Verb = "start" | "stop" | "restart" | "reload" | "status";

/** Our own units and drop-ins win over those of the distribution. */
const folders = ["/etc/systemd/system", "/lib/systemd/system"];

/**
 * A small stand-in for systemd on a host: it reads unit files and drop-ins as they are installed and runs them. `leftOut` are
 * keys (`Service.NAME`) that a test leaves out knowingly; any other that is not honoured throws.
 */
export function standInForSystemd(
  host: ServiceHost,
  leftOut: readonly string[],
): (verb: Verb, unit: string) => Promise<ServiceState> {
  const services = new Map<string, Service>();
  return async (verb, name) => {
    const service = services.get(name) ?? load(name, host, leftOut);
    services.set(name, service);
    if (verb === "stop" || verb === "restart") await service.stop();
    if (verb === "start" || verb === "restart") await service.start();
    if (verb === "reload") await service.reload();
    return service.state;
  };
}

/** A unit is read once: what is installed after its first use counts on a new host only. */
function load(name: string, host: ServiceHost, leftOut: readonly string[]): Service {
  const paths = folders.map((folder) => host.path(folder));
  const file = paths.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`there is no unit ${name} in ${folders.join(", ")}`);
  const dropIns = new Map(
    paths
      .toReversed()
      .flatMap((folder) =>
        globSync(`${folder}/${name}.d/*.conf`).map((path) => [path.slice(folder.length), path] as const),
      ),
  );
  const inOrder = [...dropIns].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  const texts = [file, ...inOrder].map((path) => readFileSync(path, "utf8"));
  return new Service(readUnit(name, texts, leftOut), host);
}
