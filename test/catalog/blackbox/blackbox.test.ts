import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { printBlackboxConfig } from "../../../src/catalog/blackbox/config.ts";
import { blackbox } from "../../../src/catalog/blackbox/index.ts";
import { probeMetrics } from "../../../src/catalog/blackbox/metrics.ts";
import { blackboxSettings } from "../../../src/catalog/blackbox/settings.ts";
import type { Model } from "../../../src/model/model.ts";
import { emptyModel, serviceOf } from "./models.ts";

const exporter = "prometheus-blackbox-exporter";
const missing = spawnSync(exporter, ["--version"]).error !== undefined;
const settings = blackboxSettings.parse({});

const printed = z.object({ modules: z.record(z.string(), z.looseObject({ prober: z.string() })) });
const anyStatus = z.object({ http: z.object({ valid_status_codes: z.array(z.number()) }) });

function modulesOf(config: string) {
  return printed.parse(load(config)).modules;
}

describe("blackbox.yml", () => {
  it.skipIf(missing)(`is accepted by the real exporter${missing ? ` (not checked: no ${exporter})` : ""}`, () => {
    const folder = mkdtempSync(join(tmpdir(), "blackbox-"));
    try {
      const full = blackboxSettings.parse({
        timeout: "1m30s",
        ip_protocol: "ip6",
        ca_file: "/etc/ssl/certs/ca-certificates.crt",
        dns: { name: "example.org", type: "SOA" },
      });
      for (const content of [printBlackboxConfig(settings), printBlackboxConfig(full, [401, 503])]) {
        const file = join(folder, "blackbox.yml");
        writeFileSync(file, content);
        const checked = spawnSync(exporter, ["--config.check", `--config.file=${file}`], { encoding: "utf8" });
        expect(checked.stderr).toContain("Config file is ok");
        expect(checked.status).toBe(0);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("has a module for every module that targets may name", () => {
    const named = ["http_2xx", "http_any", "https_any", "tcp_connect", "tls_connect", "icmp", "dns_udp"];
    expect(Object.keys(modulesOf(printBlackboxConfig(settings)))).toEqual(expect.arrayContaining(named));
  });

  it("has a module for each status that a health check expects instead of 2xx", () => {
    const app = { ...serviceOf("nodejs", {}), health: { path: "/", port: undefined, status: 401 } };
    const fine = { ...serviceOf("grafana", {}), health: { path: "/", port: undefined, status: 204 } };
    const model: Model = { ...emptyModel, services: new Map([app, fine].map((service) => [service.name, service])) };
    const [config] = blackbox.hostFiles?.(serviceOf("blackbox", {}), model) ?? [];
    const modules = modulesOf(config?.content ?? "");
    expect(modules["http_401"]).toMatchObject({ http: { valid_status_codes: [401] } });
    expect(modules["http_204"]).toBeUndefined();
  });

  it("verifies certificates, except in the modules that look at them", () => {
    const text = printBlackboxConfig(blackboxSettings.parse({ ca_file: "/etc/ssl/own.pem" }));
    const modules = modulesOf(text);
    expect(modules["http_2xx"]).toMatchObject({ http: { tls_config: { ca_file: "/etc/ssl/own.pem" } } });
    expect(modules["https_any"]).toMatchObject({ http: { tls_config: { insecure_skip_verify: true } } });
    expect(modules["tls_connect"]).toMatchObject({ tcp: { tls_config: { insecure_skip_verify: true } } });
  });

  it("takes any final answer below 500 for the any modules, and none above", () => {
    const modules = modulesOf(printBlackboxConfig(settings));
    for (const name of ["http_any", "https_any"]) {
      const codes = anyStatus.parse(modules[name]).http.valid_status_codes;
      expect(codes).toEqual(expect.arrayContaining([200, 301, 404, 429]));
      expect(Math.max(...codes)).toBeLessThan(500);
      expect(Math.min(...codes)).toBeGreaterThanOrEqual(200);
    }
  });
});

describe("targets in the settings", () => {
  const probes = (targets: readonly unknown[]) =>
    blackbox.probes?.(serviceOf("blackbox", { targets }), emptyModel) ?? [];

  it("become probes with the port of their scheme", () => {
    expect(probes([{ module: "http_2xx", url: "https://status.example.org/now?full=1" }])).toEqual([
      {
        module: "http_2xx",
        prober: "http",
        at: { address: "status.example.org" },
        port: 443,
        scheme: "https",
        path: "/now?full=1",
        instance: "https://status.example.org/now?full=1",
        source: ["services", "blackbox", "blackbox", "targets", 0],
      },
    ]);
  });

  it("take addresses of IPv6 without their brackets", () => {
    expect(probes([{ module: "dns_udp", address: "[2001:db8::53]:53" }])[0]).toMatchObject({
      prober: "dns",
      at: { address: "2001:db8::53" },
      port: 53,
    });
  });

  it("have no port when they are pinged", () => {
    expect(probes([{ module: "icmp", address: "192.0.2.1" }])[0]).not.toHaveProperty("port");
  });

  it("are refused where module and form do not fit", () => {
    expect(blackboxSettings.safeParse({ targets: [{ module: "icmp", url: "https://a.example/" }] }).success).toBe(
      false,
    );
  });
});

describe("what probes give", () => {
  it("says for every prober whether it succeeded", () => {
    for (const families of Object.values(probeMetrics))
      expect(families.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["probe_success", "probe_duration_seconds"]),
      );
  });

  it("has certificates for HTTP and TCP only", () => {
    const having = Object.entries(probeMetrics).filter(([, families]) =>
      families.some(({ name }) => name === "probe_ssl_earliest_cert_expiry"),
    );
    expect(having.map(([prober]) => prober).sort()).toEqual(["http", "tcp"]);
  });
});
