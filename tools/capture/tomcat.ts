import { cp, mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { printYaml } from "../../src/artifact/yaml.ts";
import { jmxRules } from "../../src/catalog/tomcat/jmx-rules.ts";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { debian, maven } from "./needs.ts";
import { scrape } from "./scrape.ts";

const version = "1.0.1";
const name = "jmx_prometheus_javaagent";
const agent = join(homedir(), `.m2/repository/io/prometheus/jmx/${name}/${version}/${name}-${version}.jar`);
const home = "/usr/share/tomcat10";

export const tomcatNeeds = [
  debian(`${home}/skel/conf/server.xml`, "tomcat10-user"),
  debian("java", "default-jre-headless"),
  maven(agent, `io.prometheus.jmx:${name}:${version}`),
];

/** The Java agent, with the rules of this kind, in Debian's Tomcat that answers pages, errors and a session. */
export async function captureTomcat(bench: Bench): Promise<Capture> {
  const [port, metrics] = [await bench.freePort(), await bench.freePort()];
  const base = await makeInstance(bench, port);
  const rules = await bench.write("tomcat.yml", printYaml(jmxRules));
  bench.start(`${home}/bin/catalina.sh`, ["run"], {
    CATALINA_HOME: home,
    CATALINA_BASE: base,
    JAVA_OPTS: `-Xmx128m -javaagent:${agent}=127.0.0.1:${metrics}:${rules}`,
  });
  const site = `http://127.0.0.1:${port}`;
  await eventually(() => get(`${site}/`), 120);
  await fetch(`${site}/absent`);
  const url = `http://127.0.0.1:${metrics}/metrics`;
  const text = await get(url);
  const java = versionIn(text, /jvm_runtime_info\{[^}]*\bversion="(\d+)/);
  return {
    exporter: "jmx_exporter",
    version: versionIn(text),
    flags: [`-javaagent:${name}.jar=9404:tomcat.yml`],
    source: `the Java agent in Tomcat 10.1 on Java ${java} with the rules of this kind`,
    families: families(await scrape(url)),
  };
}

/** A private instance as `tomcat10-instance-create` makes it, on loopback, with a page that opens a session. */
async function makeInstance(bench: Bench, port: number): Promise<string> {
  const base = bench.path("tomcat");
  await cp(`${home}/skel/conf`, join(base, "conf"), { recursive: true });
  for (const folder of ["logs", "temp", "work"]) await mkdir(join(base, folder));
  const server = await readFile(`${home}/skel/conf/server.xml`, "utf8");
  await bench.write(
    "tomcat/conf/server.xml",
    server.replace('<Connector port="8080"', `<Connector address="127.0.0.1" port="${port}"`),
  );
  await bench.write("tomcat/webapps/ROOT/index.jsp", '<%@ page session="true" %><%= session.isNew() %>\n');
  return base;
}
