import type { AlertTemplate } from "../../signals/alert.ts";

/** What the probers get at a virtual IP, whoever holds it. Its labels are those of the service behind it. */
export const vipUnreachable: AlertTemplate = {
  name: "VipUnreachable",
  // Members that answer on their own addresses do not help clients, who know the virtual IP alone. Ping may be filtered.
  expr: `
    avg without (prober) (
      probe_success{vip!=""} unless on (job, instance, prober) probe_icmp_duration_seconds
    ) < 0.5`,
  needs: ["probe_success"],
  for: "2m",
  severity: "critical",
  about: "service",
  summary: "{{ $labels.service }} does not answer at {{ $labels.instance }} on virtual IP {{ $labels.vip }}",
  description:
    "For 2 minutes most probers have got no right answer from {{ $labels.instance }} ({{ $labels.job }}), where clients of {{ $labels.service }} go, whatever its members answer on addresses of their own.",
  test: {
    fires: { ...asked("https_any", "shop:443", [0, 0, 1]), ...asked("icmp", "198.51.100.100", [1, 1, 1]) },
    quiet: { ...asked("https_any", "shop:443", [0, 1]), ...asked("icmp", "198.51.100.100", [0, 0]) },
    // A member that does not answer on its own address is another alert's.
    alsoQuiet: [{ 'probe_success{job="blackbox-https_any",instance="lb1:443",prober="p1"}': 0 }],
    firing: [{ vip: "web", instance: "shop:443" }],
  },
};

/** What each prober, by its place, gets from an endpoint on the virtual IP. */
function asked(module: string, endpoint: string, answers: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    answers.flatMap((value, index) => {
      const labels = `job="blackbox-${module}",instance="${endpoint}",vip="web",host="",prober="p${index}"`;
      const success: readonly [string, number] = [`probe_success{${labels}}`, value];
      return module === "icmp" ? [success, [`probe_icmp_duration_seconds{${labels},phase="rtt"}`, 0.001]] : [success];
    }),
  );
}
