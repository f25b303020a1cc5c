import { counter, gauge, type LabelValues, type MetricFamily, type MetricType } from "../../signals/metric.ts";

/**
 * Families of windows_exporter 0.31.8, from docs/collector.NAME.md, internal/collector/NAME and tools/e2e-output.txt of
 * https://github.com/prometheus-community/windows_exporter at v0.31.8. What older releases had or lacked was read from
 * the sources at the tags 0.25.1, 0.26.0 to 0.31.0. It cannot run here: nothing of this was captured.
 */
export const metrics: readonly MetricFamily[] = [
  ...of("cpu", "counter", { core: "open" }, [
    "clock_interrupts_total",
    "dpcs_total",
    "idle_break_events_total",
    "interrupts_total",
    "processor_mperf_total",
    "processor_performance_total",
    "processor_privileged_utility_total",
    "processor_rtc_total",
    "processor_utility_total",
  ]),
  counter(
    "windows_cpu_time_total",
    { core: "open", mode: ["dpc", "idle", "interrupt", "privileged", "user"] },
    { collector: "cpu" },
  ),
  counter("windows_cpu_cstate_seconds_total", { core: "open", state: ["c1", "c2", "c3"] }, { collector: "cpu" }),
  ...of("cpu", "gauge", { core: "open" }, ["core_frequency_mhz", "parking_status"]),
  ...of("cpu", "gauge", {}, ["logical_processor"], ">=0.28.1"),

  ...of("memory", "gauge", {}, [
    "available_bytes",
    "cache_bytes",
    "cache_bytes_peak",
    "commit_limit",
    "committed_bytes",
    "free_and_zero_page_list_bytes",
    "free_system_page_table_entries",
    "modified_page_list_bytes",
    "pool_nonpaged_bytes",
    "pool_paged_bytes",
    "pool_paged_resident_bytes",
    "standby_cache_core_bytes",
    "standby_cache_normal_priority_bytes",
    "standby_cache_reserve_bytes",
    "system_cache_resident_bytes",
    "system_code_resident_bytes",
    "system_code_total_bytes",
    "system_driver_resident_bytes",
    "system_driver_total_bytes",
  ]),
  ...of(
    "memory",
    "gauge",
    {},
    ["physical_free_bytes", "physical_total_bytes", "process_memory_limit_bytes"],
    ">=0.29.0",
  ),
  ...of("memory", "counter", {}, [
    "cache_faults_total",
    "demand_zero_faults_total",
    "page_faults_total",
    "pool_paged_allocs_total",
    "swap_page_operations_total",
    "swap_page_reads_total",
    "swap_page_writes_total",
    "swap_pages_read_total",
    "swap_pages_written_total",
    "transition_faults_total",
    "transition_pages_repurposed_total",
    "write_copies_total",
  ]),
  gauge("windows_memory_pool_nonpaged_allocs_total", {}, { collector: "memory", cumulative: true }),

  ...of("logical_disk", "gauge", { volume: "open" }, [
    "avg_read_requests_queued",
    "avg_write_requests_queued",
    "free_bytes",
    "requests_queued",
    "size_bytes",
  ]),
  ...of("logical_disk", "gauge", { volume: "open" }, ["readonly"], ">=0.26.0"),
  ...of(
    "logical_disk",
    "gauge",
    { disk: "open", type: "open", volume: "open", volume_name: "open", filesystem: "open", serial_number: "open" },
    ["info"],
    ">=0.26.0",
  ),
  ...of("logical_disk", "counter", { volume: "open" }, diskCounters()),
  ...of("physical_disk", "gauge", { disk: "open" }, ["requests_queued"]),
  ...of("physical_disk", "counter", { disk: "open" }, diskCounters()),

  ...of("net", "counter", { nic: "open" }, [
    "bytes_received_total",
    "bytes_sent_total",
    "bytes_total",
    "packets_outbound_discarded_total",
    "packets_outbound_errors_total",
    "packets_received_discarded_total",
    "packets_received_errors_total",
    "packets_received_total",
    "packets_received_unknown_total",
    "packets_sent_total",
    "packets_total",
  ]),
  ...of("net", "gauge", { nic: "open" }, ["current_bandwidth_bytes", "output_queue_length_packets"]),
  ...of("net", "gauge", { nic: "open", address: "open", family: ["ipv4", "ipv6"] }, ["nic_address_info"], ">=0.30.0"),
  ...of("net", "gauge", { nic: "open", friendly_name: "open", mac: "open" }, ["nic_info"], ">=0.31.0"),
  ...of(
    "net",
    "gauge",
    {
      nic: "open",
      status: ["up", "down", "testing", "unknown", "dormant", "not present", "lower layer down"],
    },
    ["nic_operation_status"],
    ">=0.31.0",
  ),

  ...of(
    "os",
    "gauge",
    { product: "open", version: "open", major_version: "open", minor_version: "open", build_number: "open" },
    ["info"],
  ),
  ...of("os", "gauge", { hostname: "open", domain: "open", fqdn: "open" }, ["hostname"], ">=0.29.0"),
  ...of("pagefile", "gauge", { file: "open" }, ["free_bytes", "limit_bytes"], ">=0.30.0"),

  ...of(
    "service",
    "gauge",
    {
      name: "open",
      state: [
        "continue pending",
        "pause pending",
        "paused",
        "running",
        "start pending",
        "stop pending",
        "stopped",
        "unknown",
      ],
    },
    ["state"],
  ),
  ...of("service", "gauge", { name: "open", start_mode: ["auto", "boot", "disabled", "manual", "system"] }, [
    "start_mode",
  ]),
  ...of("service", "gauge", { name: "open", display_name: "open", run_as: "open", path_name: "open" }, ["info"]),
  ...of("service", "gauge", { name: "open", process_id: "open" }, ["process"], ">=0.29.0"),

  ...of("system", "counter", {}, ["context_switches_total", "exception_dispatches_total", "system_calls_total"]),
  ...of("system", "gauge", {}, ["processor_queue_length", "threads"]),
  ...of("system", "gauge", {}, ["processes", "processes_limit"], ">=0.29.0"),
  ...of("system", "gauge", {}, ["boot_time_timestamp"], ">=0.30.6"),

  ...of("tcp", "counter", { af: ["ipv4", "ipv6"] }, [
    "connection_failures_total",
    "connections_active_total",
    "connections_passive_total",
    "connections_reset_total",
    "segments_received_total",
    "segments_retransmitted_total",
    "segments_sent_total",
    "segments_total",
  ]),
  ...of("tcp", "gauge", { af: ["ipv4", "ipv6"] }, ["connections_established"]),
  ...of("textfile", "gauge", { file: "open" }, ["mtime_seconds"]),

  ...of("time", "gauge", {}, [
    "computed_time_offset_seconds",
    "ntp_client_time_sources",
    "ntp_round_trip_delay_seconds",
  ]),
  ...of("time", "gauge", {}, ["current_timestamp_seconds"], ">=0.29.0"),
  ...of("time", "gauge", { timezone: "open" }, ["timezone"], ">=0.29.0"),
  ...of(
    "time",
    "gauge",
    { type: ["AllSync", "Local CMOS Clock", "NT5DS", "NTP", "NoSync"] },
    ["clock_sync_source"],
    ">=0.31.0",
  ),
  ...of("time", "counter", {}, ["ntp_server_incoming_requests_total", "ntp_server_outgoing_responses_total"]),

  gauge("windows_exporter_build_info", {
    branch: "open",
    goarch: "open",
    goos: "open",
    goversion: "open",
    revision: "open",
    tags: "open",
    version: "open",
  }),
  gauge("windows_exporter_collector_duration_seconds", { collector: "open" }),
  gauge("windows_exporter_collector_success", { collector: "open" }),
  gauge("windows_exporter_collector_timeout", { collector: "open" }),
  gauge("windows_exporter_scrape_duration_seconds", {}, { versions: ">=0.29.0" }),
  ...["process_start_time_seconds", "process_resident_memory_bytes", "process_virtual_memory_bytes"].map((name) =>
    gauge(name),
  ),
  counter("process_cpu_seconds_total"),
  gauge("go_goroutines"),
  ...former(),
];

function diskCounters(): readonly string[] {
  return [
    "idle_seconds_total",
    "read_bytes_total",
    "read_latency_seconds_total",
    "read_seconds_total",
    "read_write_latency_seconds_total",
    "reads_total",
    "split_ios_total",
    "write_bytes_total",
    "write_latency_seconds_total",
    "write_seconds_total",
    "writes_total",
  ];
}

/** What dashboards of older releases ask for, so that the proof can name the release that took it away. */
function former(): readonly MetricFamily[] {
  return [
    ...["logical_processors", "physical_memory_bytes"].map((name) => gauge(`windows_cs_${name}`, {}, before("0.31.0"))),
    ...[
      "physical_memory_free_bytes",
      "process_memory_limit_bytes",
      "processes_limit",
      "time",
      "users",
      "virtual_memory_bytes",
      "virtual_memory_free_bytes",
      "visible_memory_bytes",
    ].map((name) => gauge(`windows_os_${name}`, {}, before("0.31.0"))),
    ...["paging_free_bytes", "paging_limit_bytes", "processes"].map((name) =>
      gauge(`windows_os_${name}`, {}, before("0.30.0")),
    ),
    gauge("windows_system_system_up_time", {}, before("0.30.0")),
    gauge("windows_system_boot_time_timestamp_seconds", {}, { versions: ">=0.30.0 <0.31.0" }),
  ];
}

function before(version: string): Pick<MetricFamily, "versions"> {
  return { versions: `<${version}` };
}

function of(
  collector: string,
  type: Extract<MetricType, "gauge" | "counter">,
  labels: Readonly<Record<string, LabelValues>>,
  names: readonly string[],
  versions?: string,
): readonly MetricFamily[] {
  return names.map((name) => ({
    name: `windows_${collector}_${name}`,
    type,
    labels,
    collector,
    ...(versions === undefined ? {} : { versions }),
  }));
}
