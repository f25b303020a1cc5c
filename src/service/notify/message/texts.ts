/** Every word that people read in a message; a second language is a second value of this type. */
export interface Texts {
  readonly severities: Readonly<Record<string, string>>;
  readonly resolved: string;
  readonly alerts: (firing: number, resolved: number) => string;
  readonly service: string;
  readonly host: string;
  readonly hosts: string;
  readonly owner: string;
  readonly since: (time: string) => string;
  readonly runbook: string;
  readonly dashboard: string;
  readonly more: (count: number) => string;
  readonly moreAlerts: (count: number) => string;
  readonly moreMessages: (count: number) => string;
}

export const english: Texts = {
  severities: { critical: "CRITICAL", warning: "WARNING", info: "INFO", none: "NOTICE" },
  resolved: "RESOLVED",
  alerts: (firing, resolved) =>
    [firing > 0 ? `${firing} firing` : "", resolved > 0 ? `${resolved} resolved` : ""].filter(Boolean).join(", "),
  service: "service",
  host: "host",
  hosts: "hosts",
  owner: "owner",
  since: (time) => `since ${time}`,
  runbook: "Runbook",
  dashboard: "Dashboard",
  more: (count) => `+${count} more`,
  moreAlerts: (count) => (count === 1 ? "and 1 more alert" : `and ${count} more alerts`),
  moreMessages: (count) => (count === 1 ? "and 1 more notification" : `and ${count} more notifications`),
};
