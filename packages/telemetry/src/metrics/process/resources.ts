import { readdirSync, readFileSync } from "node:fs";
import type { Meter } from "../instruments.ts";

const startSeconds = Math.round(Date.now() / 1000 - process.uptime());

/** CPU time, files and the versions of a process. */
export function observeResources(meter: Meter): void {
  const cpu = (name: string, help: string, microseconds: (usage: NodeJS.CpuUsage) => number): void =>
    meter.observed({ name, help, type: "counter", read: () => microseconds(process.cpuUsage()) / 1e6 });
  cpu("process_cpu_user_seconds_total", "CPU time in user mode in seconds.", ({ user }) => user);
  cpu("process_cpu_system_seconds_total", "CPU time in the kernel in seconds.", ({ system }) => system);
  cpu("process_cpu_seconds_total", "CPU time in seconds.", ({ user, system }) => user + system);
  meter.observed({
    name: "process_start_time_seconds",
    help: "When the process began, as Unix time in seconds; of a cluster the process that began last.",
    type: "gauge",
    aggregation: "max",
    read: () => startSeconds,
  });
  const [version, major, minor, patch] = [process.version, ...process.versions.node.split(".")];
  meter.observed({
    name: "nodejs_version_info",
    help: "The version of Node.js; always 1.",
    type: "gauge",
    labels: ["version", "major", "minor", "patch"],
    aggregation: "first",
    read: () => [{ labels: { version, major, minor, patch }, value: 1 }],
  });
  if (process.platform !== "linux") return;
  meter.observed({
    name: "process_open_fds",
    help: "Open file descriptors.",
    type: "gauge",
    // One is that of the folder itself.
    read: () => readdirSync("/proc/self/fd").length - 1,
  });
  const maxFds = Number(/^Max open files +(\d+)/m.exec(readOrEmpty("/proc/self/limits"))?.[1]);
  if (Number.isNaN(maxFds)) return;
  meter.observed({
    name: "process_max_fds",
    help: "File descriptors that may be open.",
    type: "gauge",
    read: () => maxFds,
  });
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
