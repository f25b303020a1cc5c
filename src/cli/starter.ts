/** The starter inventory: one host that watches itself, with what to add next as comments. */
export const starter = `# yaml-language-server: $schema=inventory.schema.json
# The inventory: everything that Stackwright generates comes from this file.
version: 1
platform: example                # a name for the whole; the label "platform" on every series
environment: production
timezone: UTC

# Networks, and which addresses belong to them.
segments:
  lan: { cidr: 192.0.2.0/24, interface: eth0 }

default_owner: platform          # who is told about what has no owner of its own

# Machines. Every Linux host gets the node exporter without further words.
hosts:
  mon1: { address: 192.0.2.11, segment: lan }

# A service is one kind of software on some hosts.
services:
  metrics:
    kind: prometheus
    hosts: [mon1]
    accept: { single-point-of-failure: a second host is planned }
  paging:
    kind: alertmanager
    hosts: [mon1]
    accept: { single-point-of-failure: a second host is planned }
  boards:
    kind: grafana
    hosts: [mon1]
    accept: { single-point-of-failure: dashboards may be away for an hour }
  probes: { kind: blackbox, hosts: [mon1] }
  exporter: { kind: stackwright, hosts: [mon1] }
  # shop:
  #   kind: nodejs
  #   hosts: [mon1]
  #   port: 3000

# Who is told what.
alerting:
  service: paging
  watchdog: deadman              # expects a sign of life; tells you when alerting itself is dead
  receivers:
    mail:
      email: { to: [ops@example.org], smarthost: "smtp.example.org:587", from: alerts@example.org }
    deadman:
      webhook: { url: { env: DEADMAN_URL } }   # secrets are references, never values
  routes:
    default: mail
    by_severity: { critical: [mail], warning: [mail], info: [mail] }
`;
