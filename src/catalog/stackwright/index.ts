import { z } from "zod";
import type { Path } from "../../diagnostics/path.ts";
import { absolutePath, secret } from "../../inventory/values.ts";
import type { Service } from "../../model/model.ts";
import { secretPath } from "../../model/secret-path.ts";
import { defineKind } from "../kind.ts";
import { stackwrightPackages } from "../node-packages.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const defaultPort = 9740;

/** What stands under `stackwright:` of a service. */
export const settings = z.strictObject({
  token: secret.optional().meta({
    description: "the bearer token that the service wants beyond loopback; Prometheus gets it too",
  }),
  inventory: absolutePath.default("/etc/stackwright/inventory.yaml").meta({
    description: "where the inventory stands on the hosts of the service",
    examples: ["/etc/stackwright/inventory.yaml"],
  }),
});

export type StackwrightSettings = z.infer<typeof settings>;

export const stackwright = defineKind<StackwrightSettings>({
  id: "stackwright",
  title: "Stackwright",
  settings,
  port: defaultPort,
  endpoints: (service, options) => {
    const token = tokenFile(service, options);
    return [
      {
        name: "stackwright",
        exporter: {
          name: "stackwright",
          version: "0.1.0",
          source: "docs/contract.md; the defaults of prom-client 15.1.3 captured",
        },
        port: service.port ?? defaultPort,
        metrics,
        ...(token === undefined || options.token === undefined
          ? {}
          : { bearerToken: { file: token, from: options.token, source: tokenPath(service) } }),
      },
    ];
  },
  probe: { prober: "http", path: "/-/healthy", status: 200 },
  alerts,
  dashboard: () => dashboard,
  units: (service, { inventory, token }) => [
    {
      name: "stackwright",
      flags: ["-i", inventory],
      // Without a token it refuses to listen beyond loopback. The bridge is asked on loopback in any case.
      listen: {
        flag: "--web.listen-address",
        port: service.port ?? defaultPort,
        loopback: token === undefined ? "only" : "too",
      },
      ...(token === undefined
        ? {}
        : { secretFiles: [{ flag: "--token-file", from: token, source: tokenPath(service) }] }),
      own: {
        description: "Stackwright exporter service",
        program: ["stackwright", "serve"],
        user: "stackwright",
        everywhere: true,
        state: "stackwright",
        confined: true,
      },
    },
  ],
  packages: () => stackwrightPackages,
});

/** The same secret on both sides: the file that the service reads and the one that Prometheus reads. */
function tokenFile(service: Service, { token }: StackwrightSettings): string | undefined {
  return token === undefined ? undefined : secretPath(token, tokenPath(service));
}

function tokenPath(service: Service): Path {
  return [...service.source, "stackwright", "token"];
}
