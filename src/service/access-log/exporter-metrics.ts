import { NumberFamily } from "./families.ts";

const logs = ["access", "audit"] as const;
export type LogName = (typeof logs)[number];

/** What the exporter says about itself and the nginx beside it. */
export class ExporterMetrics {
  readonly limit = family(
    "gauge",
    "nginx_worker_connections_limit",
    "worker_connections times the number of running workers; not there where nginx does not run.",
  );
  readonly failures = family(
    "counter",
    "nginx_access_log_read_failures_total",
    "Times that a log could not be read any more, by log.",
    ["log"],
  );
  readonly gaps = family(
    "counter",
    "nginx_access_log_gaps_total",
    "Times that a file was gone, compressed or cut off before it was known to be read to its end, by log.",
    ["log"],
  );
  readonly unread = family(
    "gauge",
    "nginx_access_log_unread_bytes",
    "Bytes that were written and not read yet, by log.",
    ["log"],
  );
  readonly stateFailures = family(
    "counter",
    "nginx_access_exporter_state_failures_total",
    "Times that the state file could not be written: a restart would lose what is in no log file any more.",
  );
  readonly #build = family("gauge", "nginx_access_exporter_build_info", "1, with the version of the exporter.", [
    "version",
  ]);
  readonly #cpu = family("counter", "process_cpu_seconds_total", "User and system time of the process, in seconds.");
  readonly #memory = family("gauge", "process_resident_memory_bytes", "Resident memory of the process.");
  readonly #start = family("gauge", "process_start_time_seconds", "When the process was started, since 1970.");

  constructor(version: string, logNames: readonly LogName[]) {
    this.#build.cell(version).value = 1;
    this.#start.cell().value = Math.round(performance.timeOrigin) / 1000;
    this.stateFailures.cell();
    for (const log of logNames) for (const each of [this.failures, this.gaps, this.unread]) each.cell(log);
  }

  /** Of nginx; undefined where it does not run. */
  setLimit(connections: number | undefined): void {
    if (connections === undefined) this.limit.delete();
    else this.limit.cell().value = connections;
  }

  /** What is exposed, in order. */
  get families(): readonly NumberFamily[] {
    const { user, system } = process.cpuUsage();
    this.#cpu.cell().value = (user + system) / 1e6;
    this.#memory.cell().value = process.memoryUsage.rss();
    return [
      this.limit,
      this.failures,
      this.gaps,
      this.unread,
      this.stateFailures,
      this.#build,
      this.#cpu,
      this.#memory,
      this.#start,
    ];
  }
}

function family(type: "counter" | "gauge", name: string, help: string, labels: readonly string[] = []): NumberFamily {
  return new NumberFamily({ type, name, help, labels });
}
