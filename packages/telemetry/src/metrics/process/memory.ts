import { readFileSync } from "node:fs";
import { getHeapSpaceStatistics, getHeapStatistics, type HeapSpaceInfo } from "node:v8";
import type { Meter } from "../instruments.ts";

/** Memory of the process and of V8. */
export function observeMemory(meter: Meter): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    meter.observed({ name, help, type: "gauge", read });
  if (process.platform === "linux") {
    gauge("process_resident_memory_bytes", "Resident memory in bytes.", () => statusBytes("VmRSS"));
    gauge("process_virtual_memory_bytes", "Virtual memory in bytes.", () => statusBytes("VmSize"));
    gauge("process_heap_bytes", "Data segment of the process in bytes.", () => statusBytes("VmData"));
  } else gauge("process_resident_memory_bytes", "Resident memory in bytes.", () => process.memoryUsage.rss());
  gauge(
    "nodejs_heap_size_total_bytes",
    "Heap that V8 has reserved at present, in bytes.",
    () => heap().total_heap_size,
  );
  gauge("nodejs_heap_size_used_bytes", "Heap in use, in bytes.", () => heap().used_heap_size);
  gauge("nodejs_heap_size_limit_bytes", "Heap at which V8 ends the process, in bytes.", () => heap().heap_size_limit);
  gauge(
    "nodejs_external_memory_bytes",
    "Memory of objects outside of the heap, in bytes.",
    () => heap().external_memory,
  );
  const space = (part: string, help: string, read: (info: HeapSpaceInfo) => number): void =>
    meter.observed({
      name: `nodejs_heap_space_size_${part}_bytes`,
      help,
      type: "gauge",
      labels: ["space"],
      read: () =>
        getHeapSpaceStatistics().map((info) => ({
          labels: { space: info.space_name.replace(/_space$/, "") },
          value: read(info),
        })),
    });
  space("total", "Size of a heap space in bytes.", (info) => info.space_size);
  space("used", "Used part of a heap space in bytes.", (info) => info.space_used_size);
  space("available", "Free part of a heap space in bytes.", (info) => info.space_available_size);
}

function heap(): ReturnType<typeof getHeapStatistics> {
  return getHeapStatistics();
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function statusBytes(field: string): number {
  const found = new RegExp(`^${field}:\\s*(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(found) * 1024;
}
