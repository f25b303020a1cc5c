const pool = 'Catalina<type=ThreadPool, name="([^"]+)"><>';
const requests = 'Catalina<type=GlobalRequestProcessor, name="([^"]+)"><>';
const manager = "Catalina<type=Manager, host=([^,]+), context=([^>]+)><>";

/**
 * Rules of the JMX exporter, which decide what its metrics are called
 * (https://prometheus.github.io/jmx_exporter/1.0.1/http-mode/rules/). Tomcat counts as an error what it answered with 400 or
 * above, and gives times in milliseconds.
 */
export const jmxRules = {
  lowercaseOutputName: true,
  lowercaseOutputLabelNames: true,
  includeObjectNames: [
    "Catalina:type=ThreadPool,*",
    "Catalina:type=GlobalRequestProcessor,*",
    "Catalina:type=Manager,*",
  ],
  rules: [
    { pattern: `${pool}currentThreadsBusy`, name: "tomcat_threads_busy", type: "GAUGE", labels: { connector: "$1" } },
    { pattern: `${pool}maxThreads`, name: "tomcat_threads_max", type: "GAUGE", labels: { connector: "$1" } },
    { pattern: `${pool}connectionCount`, name: "tomcat_connections", type: "GAUGE", labels: { connector: "$1" } },
    {
      pattern: `${requests}requestCount`,
      name: "tomcat_requests_total",
      type: "COUNTER",
      labels: { connector: "$1" },
    },
    {
      pattern: `${requests}errorCount`,
      name: "tomcat_request_errors_total",
      type: "COUNTER",
      labels: { connector: "$1" },
    },
    {
      pattern: `${requests}processingTime`,
      name: "tomcat_request_processing_seconds_total",
      type: "COUNTER",
      valueFactor: 0.001,
      labels: { connector: "$1" },
    },
    { pattern: `${manager}activeSessions`, name: "tomcat_sessions", type: "GAUGE", labels: { context: "$2" } },
    {
      pattern: `${manager}rejectedSessions`,
      name: "tomcat_sessions_rejected_total",
      type: "COUNTER",
      labels: { context: "$2" },
    },
  ],
} as const;
