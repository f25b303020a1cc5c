import type { Path } from "../../diagnostics/path.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Model, Service } from "../model.ts";
import type { Checked } from "./index.ts";

/**
 * The store of the exporter service takes spans and log records over loopback: it stands where the applications do. On
 * hosts whose settings are not ours to write nobody is sent to it.
 */
export function checkEmbeddedStore({ model }: Checked): readonly Problem[] {
  return choices(model).flatMap(({ name, path, what }) => {
    const store = model.services.get(name);
    if (store?.kind !== "stackwright") return [];
    return apps(model).flatMap((app) => {
      const away = app.instances.find(
        ({ host }) =>
          host.managed && host.os !== "windows" && !store.instances.some((each) => each.host.name === host.name),
      );
      if (away === undefined) return [];
      return [
        problem(
          "invalid-value",
          path,
          `${what} go to the embedded store of "${name}", which takes them from its own host only, but service "${app.name}" ({line}) also runs on ${away.host.name}`,
          {
            mentions: app.source,
            hint: `add ${away.host.name} to the hosts of ${name}, or name ${what === "logs" ? "an Elasticsearch service" : "a collector or Jaeger"}`,
          },
        ),
      ];
    });
  });
}

function choices(model: Model): readonly { readonly name: string; readonly path: Path; readonly what: string }[] {
  const { logging, tracing } = model;
  return [
    ...(logging === undefined ? [] : [{ name: logging.store, path: [...logging.source, "store"], what: "logs" }]),
    // With a collector the applications send it their spans, and the rest is the collector's.
    ...(tracing === undefined || tracing.collector !== undefined
      ? []
      : tracing.exporters.flatMap((exporter, index) =>
          "service" in exporter
            ? [{ name: exporter.service, path: [...tracing.source, "exporters", index, "service"], what: "spans" }]
            : [],
        )),
  ];
}

function apps(model: Model): readonly Service[] {
  return [...model.services.values()].filter(({ kind }) => kind === "nodejs");
}
