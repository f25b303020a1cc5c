import { describe, expect, it } from "vitest";
import { readCommand, readEnvironmentFile, valuesOf } from "../../artifact/systemd-reader.ts";
import { built, fileOn, linesOn } from "./inventory.ts";

const watching = "  metrics: { kind: prometheus, hosts: [mon1, mon2] }";
const unitOf = (name: string): string => `/etc/systemd/system/${name}.service`;
const dropIn = (name: string): string => `/etc/systemd/system/${name}.service.d/stackwright.conf`;
const node = "prometheus-node-exporter";

describe("the address of a host's exporters", () => {
  const addressOn = (services: string, host: string): string | undefined =>
    readEnvironmentFile(fileOn(built(services), host, "/etc/stackwright/host.env") ?? "")["STACKWRIGHT_ADDRESS"];

  it("is the host's own, on the leg on which Prometheus asks it", () => {
    expect(addressOn(watching, "db1")).toBe("203.0.113.31");
    expect(addressOn(watching, "lb1")).toBe("203.0.113.11");
  });

  it("is the first leg where nobody asks", () => {
    expect(addressOn("  store: { kind: mysql, hosts: [db1] }", "lb1")).toBe("198.51.100.11");
  });

  it("stands in brackets where it is IPv6", () => {
    expect(addressOn(watching, "six1")).toBe("[2001:db8::5]");
  });

  it("is every one where the monitoring uses several legs: exporters listen on one or on all", () => {
    // A balancer that is asked on backend by mon1, and by itself on its first leg.
    expect(addressOn("  metrics: { kind: prometheus, hosts: [lb1, mon1] }", "lb1")).toBe("");
  });

  it("restarts every unit that uses it when it changes", () => {
    const { artifacts } = built(`${watching}\n  store: { kind: mysql, hosts: [db1] }`);
    const [install] =
      artifacts.find(({ path }) => path === "deploy/hosts/db1/etc/stackwright/host.env")?.installs ?? [];
    expect(install?.restart).toEqual(["prometheus-mysqld-exporter", node]);
  });
});

describe("the flags of Alertmanager", () => {
  const alerting = `alerting:
  service: paging
  watchdog: mail
  receivers: { mail: { webhook: { url: "http://hooks.example.org/" } } }
  routes: { default: mail }`;
  const argsOn = (services: string, host: string): readonly string[] => {
    const file = fileOn(built(services, alerting), host, "/etc/default/prometheus-alertmanager") ?? "";
    return (readEnvironmentFile(file)["ARGS"] ?? "").split(" ").filter((flag) => /^--(?:web|cluster)\./.test(flag));
  };
  const paging = (hosts: string): string => `  paging: { kind: alertmanager, hosts: ${hosts} }`;

  it("name the other members as peers, and loopback and the member itself on the shared segment", () => {
    expect(argsOn(`${watching}\n${paging("[mon2, mon1, lb1]")}`, "mon1")).toEqual([
      "--web.listen-address=127.0.0.1:9093",
      "--web.listen-address=203.0.113.71:9093",
      "--cluster.listen-address=203.0.113.71:9094",
      "--cluster.advertise-address=203.0.113.71:9094",
      "--cluster.peer=203.0.113.11:9094",
      "--cluster.peer=203.0.113.72:9094",
    ]);
  });

  it("switch gossip off for a single member, and put IPv6 addresses into brackets", () => {
    expect(argsOn(`${watching}\n${paging("[six1]")}`, "six1")).toEqual([
      "--web.listen-address=127.0.0.1:9093",
      "--web.listen-address=[2001:db8::5]:9093",
      "--cluster.listen-address=",
    ]);
  });

  it("let a member answer on no leg on which nobody asks, and on a port of its own", () => {
    const args = argsOn(`${watching}\n${paging("{ lb1: { port: 9193 }, mon1: {} }")}`, "lb1");
    expect(args.slice(0, 3)).toEqual([
      "--web.listen-address=127.0.0.1:9193",
      "--web.listen-address=203.0.113.11:9193",
      "--cluster.listen-address=203.0.113.11:9094",
    ]);
  });
});

describe("the unit of an exporter", () => {
  const result = built(watching);

  it("is the package's on Debian and Ubuntu, with its address and our flags", () => {
    for (const host of ["db1", "db2"]) {
      expect(fileOn(result, host, unitOf(node))).toBeUndefined();
      const variables = {
        ...readEnvironmentFile(fileOn(result, host, "/etc/stackwright/host.env") ?? ""),
        ...readEnvironmentFile(fileOn(result, host, `/etc/default/${node}`) ?? ""),
      };
      const [line = ""] = valuesOf([fileOn(result, host, dropIn(node)) ?? ""], "Service.ExecStart");
      expect(readCommand(line, variables)).toEqual([
        `/usr/bin/${node}`,
        `--web.listen-address=203.0.113.3${host === "db1" ? 1 : 2}:9100`,
        "--collector.textfile.directory=/var/lib/prometheus/node-exporter",
        ...["processes", "systemd", "systemd.enable-restarts-metrics", "tcpstat"].map((name) => `--collector.${name}`),
      ]);
    }
  });

  it("is ours under the same name on RHEL, with the same flags and its user", () => {
    const unit = linesOn(result, "old1", unitOf(node));
    expect(fileOn(result, "old1", dropIn(node))).toBeUndefined();
    expect(unit).toContain(`ExecStart=node_exporter --web.listen-address=$\{STACKWRIGHT_ADDRESS}:9100 $ARGS`);
    expect(unit).toContain("User=prometheus");
    expect(unit).toContain("WantedBy=multi-user.target");
    expect(fileOn(result, "old1", `/etc/default/${node}`)).toBe(fileOn(result, "db1", `/etc/default/${node}`));
    expect(linesOn(result, "old1", "/etc/sysusers.d/stackwright.conf")).toEqual([
      'u prometheus - "Prometheus daemons" /var/lib/prometheus /usr/sbin/nologin',
    ]);
  });

  it("is nothing of ours on Windows, and on hosts that are not managed", () => {
    const paths = result.artifacts.flatMap(({ installs }) => installs).filter(({ host }) => host === "vdi1");
    expect(paths).toEqual([]);
  });

  it("starts when there is a network, and again for as long as its address is not there", () => {
    const unit = linesOn(result, "db1", dropIn(node));
    expect(unit).toContain("After=network-online.target");
    expect(unit).toContain("StartLimitIntervalSec=0");
    expect(unit).toContain("Restart=always");
  });

  it("starts after what it asks", () => {
    const pages = built(`${watching}\n  pages: { kind: nginx, hosts: [lb1], port: 80 }`);
    expect(linesOn(pages, "lb1", dropIn("prometheus-nginx-exporter"))).toContain(
      "After=network-online.target nginx.service",
    );
  });

  it("is restarted when its flags or its unit change, and never merely reloaded", () => {
    const own = result.artifacts.filter(({ generator }) => generator === "render/host");
    const units = own.flatMap(({ installs }) => installs).filter(({ path }) => /default|systemd/.test(path));
    expect(units.length).toBeGreaterThan(0);
    expect(units.filter(({ reload, restart }) => reload !== undefined || restart?.length !== 1)).toEqual([]);
  });

  it("follows the service's port and the instance's own", () => {
    const moved = built(`${watching}\n  node: { kind: node, port: 19100 }`);
    expect(fileOn(moved, "db1", dropIn(node))).toContain("}:19100 $ARGS");
    const own = built("  metrics: { kind: prometheus, hosts: { mon1: {}, mon2: { port: 9999 } } }");
    expect(fileOn(own, "mon1", dropIn("prometheus"))).toContain("}:9090 $ARGS");
    expect(fileOn(own, "mon2", dropIn("prometheus"))).toContain("}:9999 $ARGS");
    const stores = built(
      "  cache: { kind: redis, hosts: { db1: { role: primary }, db2: { role: replica, port: 6400 } } }",
    );
    const asked = ["db1", "db2"].map((host) => linesOn(stores, host, "/etc/default/prometheus-redis-exporter"));
    expect(asked).toEqual([
      ['ARGS="-redis.addr=redis://127.0.0.1:6379"'],
      ['ARGS="-redis.addr=redis://127.0.0.1:6400"'],
    ]);
  });

  it("stands once in the tree, whatever the number of hosts", () => {
    const paths = result.artifacts.map(({ path }) => path).filter((path) => path.includes(node));
    expect(paths.filter((path) => path.startsWith("deploy/hosts/"))).toEqual([
      // The one host of another system.
      `deploy/hosts/old1${unitOf(node)}`,
    ]);
  });
});

describe("Prometheus", () => {
  it("gets its retention and its address", () => {
    const result = built("  metrics: { kind: prometheus, hosts: [mon1], prometheus: { retention: 35d } }");
    expect(fileOn(result, "mon1", "/etc/default/prometheus")).toContain("--storage.tsdb.retention.time=35d");
    expect(fileOn(result, "mon1", dropIn("prometheus"))).toContain("{STACKWRIGHT_ADDRESS}:9090");
  });
});

describe("the exporter service", () => {
  const flags = (services: string): readonly string[] =>
    readCommand("x $ARGS", readEnvironmentFile(fileOn(built(services), "mon1", "/etc/default/stackwright") ?? ""));

  it("listens on loopback for the bridge, and on its address for Prometheus where it has a token", () => {
    expect(flags(`${watching}\n  exporter: { kind: stackwright, hosts: [mon1, mon2] }`)).toEqual([
      "x",
      "--web.listen-address=127.0.0.1:9740",
      "-i",
      "/etc/stackwright/inventory.yaml",
    ]);
    const withToken = "stackwright: { token: { env: TOKEN } }";
    expect(flags(`${watching}\n  exporter: { kind: stackwright, hosts: [mon1, mon2], ${withToken} }`)).toContain(
      "--web.listen-address=203.0.113.71:9740",
    );
  });

  it("gets its token from systemd, so that the file can belong to Prometheus", () => {
    const token = "stackwright: { token: { env: TOKEN } }";
    const result = built(`${watching}\n  exporter: { kind: stackwright, hosts: [mon1, db1], ${token} }`);
    const file = "/etc/stackwright/secrets/services.exporter.stackwright.token";
    const unit = linesOn(result, "mon1", unitOf("stackwright"));
    expect(unit).toContain(`LoadCredential=token-file:${file}`);
    expect(unit).toContain("ExecStart=stackwright serve --token-file=%d/token-file $ARGS");
    const owners = result.secrets.filter(({ path }) => path === file).map(({ host, owner }) => `${host} ${owner}`);
    expect(owners.toSorted()).toEqual(["db1 root:root", "mon1 prometheus:prometheus", "mon2 prometheus:prometheus"]);
  });

  it("is shut in, except for what V8 needs", () => {
    const unit = linesOn(built(`  exporter: { kind: stackwright, hosts: [mon1] }`), "mon1", unitOf("stackwright"));
    for (const line of ["User=stackwright", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="])
      expect(unit).toContain(line);
    expect(unit.filter((line) => line.startsWith("MemoryDenyWriteExecute"))).toEqual([]);
    expect(unit).toContain("StateDirectory=stackwright");
  });
});

describe("the access log exporter", () => {
  it("runs on balancers, after nginx, as one who may read its logs", () => {
    const site = `{ server_name: a.example, routes: [{ path: /, to: app }] }`;
    const app = "  app: { kind: nodejs, hosts: [db1], port: 3000 }";
    const result = built(`${app}\n  edge: { kind: nginx, hosts: [lb1], nginx: { sites: [${site}] } }`);
    const unit = linesOn(result, "lb1", unitOf("stackwright-access-log"));
    expect(unit).toContain("ExecStart=stackwright access-log $ARGS");
    expect(unit).toContain("SupplementaryGroups=adm");
    expect(unit).toContain("After=network-online.target nginx.service");
    expect(linesOn(result, "lb1", "/etc/default/stackwright-access-log")).toEqual([
      'ARGS="--config=/etc/stackwright/access-log.json"',
    ]);
    const plain = built("  pages: { kind: nginx, hosts: [lb1], port: 80 }");
    expect(fileOn(plain, "lb1", unitOf("stackwright-access-log"))).toBeUndefined();
  });
});

describe("Grafana", () => {
  it("gets address, log format and the file of its password as variables", () => {
    const settings = "grafana: { external_url: 'https://g.example', admin_password: { file: secrets/grafana } }";
    const result = built(`  boards: { kind: grafana, hosts: [mon1], ${settings} }`);
    const file = "/etc/stackwright/units/grafana-server.env";
    const secret = "/etc/stackwright/secrets/services.boards.grafana.admin_password";
    expect(readEnvironmentFile(fileOn(result, "mon1", file) ?? "")).toEqual({
      GF_SERVER_HTTP_PORT: "3000",
      GF_SERVER_ROOT_URL: "https://g.example",
      GF_LOG_FILE_FORMAT: "json",
      GF_SECURITY_ADMIN_PASSWORD: `$__file{${secret}}`,
    });
    expect(linesOn(result, "mon1", dropIn("grafana-server"))).toEqual(["[Service]", `EnvironmentFile=${file}`]);
    expect(result.secrets).toEqual([expect.objectContaining({ path: secret, owner: "grafana:grafana" })]);
  });
});

describe("secrets of exporters", () => {
  const secret = "password: { file: secrets/db }";

  it("stand in no file of the tree: the unit reads them from the host", () => {
    const result = built(`  store: { kind: mysql, hosts: [db1], mysql: { exporter: { ${secret} } } }`);
    const [line = ""] = valuesOf(
      [fileOn(result, "db1", dropIn("prometheus-mysqld-exporter")) ?? ""],
      "Service.ExecStart",
    );
    const file = "/etc/stackwright/secrets/services.store.mysql.exporter.password";
    expect(readCommand(line, {}).slice(0, 6)).toEqual([
      "/usr/local/bin/stackwright-with-secret",
      "DATA_SOURCE_NAME",
      "exporter:",
      file,
      "@(127.0.0.1:3306)/",
      "/usr/bin/prometheus-mysqld-exporter",
    ]);
    expect(fileOn(result, "db1", "/usr/local/bin/stackwright-with-secret")).toContain("#!/bin/sh\n");
    expect(result.secrets).toEqual([
      expect.objectContaining({ host: "db1", path: file, owner: "prometheus:prometheus" }),
    ]);
  });

  it("that are on the host stay where they are", () => {
    const own = "exporter: { password: { host_file: /etc/mysql/exporter } }";
    const result = built(`  store: { kind: mysql, hosts: [db1], mysql: { ${own} } }`);
    expect(fileOn(result, "db1", dropIn("prometheus-mysqld-exporter"))).toContain(" /etc/mysql/exporter ");
  });

  it("go into the variable that the exporter's version reads", () => {
    const store = `  store: { kind: mysql, hosts: [db1], version: "10.11", mysql: { exporter: { ${secret} } } }`;
    const path = dropIn("prometheus-mysqld-exporter");
    expect(fileOn(built(store), "db1", path)).toContain(" DATA_SOURCE_NAME ");
    const newer = built(store, 'versions: { mysqld_exporter: "0.15.1" }');
    expect(fileOn(newer, "db1", path)).toContain(" MYSQLD_EXPORTER_PASSWORD ");
    expect(fileOn(newer, "db1", "/etc/default/prometheus-mysqld-exporter")).toContain("--mysqld.username=exporter");
  });

  it("let the exporter into an Elasticsearch with security on", () => {
    const own = "{ tls: {}, exporter: { username: watch, password: { env: ES_WATCH } } }";
    const result = built(`  logs: { kind: elasticsearch, hosts: [db1], elasticsearch: ${own} }`);
    const name = "prometheus-elasticsearch-exporter";
    const [line = ""] = valuesOf([fileOn(result, "db1", dropIn(name)) ?? ""], "Service.ExecStart");
    expect(readCommand(line, {}).slice(1, 3)).toEqual(["ES_PASSWORD", ""]);
    expect(readEnvironmentFile(fileOn(result, "db1", `/etc/default/${name}`) ?? "")).toEqual({
      ES_USERNAME: "watch",
      ARGS: "--es.uri=https://127.0.0.1:9200 --es.ssl-skip-verify",
    });
  });

  it("are no need: without a password the exporter logs in without one", () => {
    const result = built("  store: { kind: mysql, hosts: [db1] }");
    expect(fileOn(result, "db1", "/etc/default/prometheus-mysqld-exporter")).toContain(
      'DATA_SOURCE_NAME="exporter@(127.0.0.1:3306)/"',
    );
    expect(fileOn(result, "db1", "/usr/local/bin/stackwright-with-secret")).toBeUndefined();
  });
});
