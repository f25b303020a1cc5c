import { generatedHeader } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import { printUnit, type UnitSection } from "../../artifact/systemd.ts";
import type { Service } from "../../model/model.ts";
import { parseDuration } from "../../model/units.ts";
import type { Signals } from "../../signals/signals.ts";
import type { Member } from "./members.ts";
import { generator, metricsPath, releasePath, trackFolder, trackPath } from "./names.ts";

const folder = "/etc/systemd/system";
const metricsUnit = "stackwright-keepalived-metrics";
const makeTrackFolder = ["/bin/mkdir", "-p", trackFolder];

/** Everything of one member that systemd reads. */
export function renderUnits(member: Member, signals: Signals): readonly HostArtifact[] {
  const { host, keepalived, services, settings } = member;
  const own = (path: string, sections: readonly UnitSection[], restart: readonly string[] = []): HostArtifact => ({
    host: host.name,
    service: keepalived.name,
    path: `${folder}/${path}`,
    content: printUnit(sections, generatedHeader(generator, [keepalived.source])),
    restart,
    generator,
    source: [keepalived.source],
  });
  return [
    own("keepalived.service.d/stackwright.conf", daemon),
    own(`${metricsUnit}.service`, metrics(settings.textfile)),
    own(`${metricsUnit}.timer`, timer(settings.textfile_interval), [`${metricsUnit}.timer`]),
    ...services.flatMap((service) => trackDropIn(member, service, signals)),
  ];
}

/**
 * Debian's unit has no `Restart=`. Twenty starts in five minutes are enough, because a member that crashes again and again
 * moves the addresses each time. `KillMode` is Debian's: the whole group gets SIGTERM, so that a VRRP process whose
 * parent was killed still says goodbye, and what is left is killed before the addresses are released and before the next
 * start, which would fail as long as an old process lives. The dumps get a folder that nobody else writes to. Without the
 * folder of the track files keepalived 2.2.7 ends at its start and crashes at a reload, although it finds its config right.
 */
const daemon: readonly UnitSection[] = [
  {
    name: "Unit",
    directives: [
      ["Wants", `${metricsUnit}.timer`],
      ["StartLimitIntervalSec", "5min"],
      ["StartLimitBurst", "20"],
    ],
  },
  {
    name: "Service",
    directives: [
      ["Environment", "TMPDIR=/run/keepalived"],
      ["RuntimeDirectory", "keepalived"],
      ["RuntimeDirectoryMode", "0700"],
      ["KillMode", "control-group"],
      ["TimeoutStopSec", "10s"],
      ["ExecStartPre", { command: makeTrackFolder }],
      ["ExecReload", ""],
      ["ExecReload", { command: makeTrackFolder }],
      ["ExecReload", { command: ["/bin/kill", "-HUP", { words: "MAINPID" }] }],
      ["ExecStopPost", { command: ["-/bin/sh", releasePath] }],
      ["Restart", "always"],
      ["RestartSec", "1s"],
    ],
  },
];

function metrics(textfile: string): readonly UnitSection[] {
  return [
    {
      name: "Unit",
      directives: [["Description", "State of keepalived for the textfile collector of the node exporter"]],
    },
    {
      name: "Service",
      directives: [
        ["Type", "oneshot"],
        ["ExecStart", { command: ["/bin/sh", metricsPath, textfile] }],
        ["TimeoutStartSec", "10s"],
        ["Nice", "10"],
        ["NoNewPrivileges", "yes"],
        ["PrivateTmp", "yes"],
        ["ProtectHome", "yes"],
        ["RestrictAddressFamilies", { list: ["AF_UNIX", "AF_NETLINK"] }],
      ],
    },
  ];
}

function timer(interval: string): readonly UnitSection[] {
  return [
    { name: "Unit", directives: [["Description", `State of keepalived every ${interval}`]] },
    {
      name: "Timer",
      directives: [
        ["OnActiveSec", "1s"],
        ["OnUnitActiveSec", `${parseDuration(interval)}ms`],
        ["AccuracySec", "1s"],
      ],
    },
    { name: "Install", directives: [["WantedBy", "timers.target"]] },
  ];
}

/**
 * The service's own unit says when it runs and when it has stopped, also when it was killed or never came up. With all
 * rights (`+`), because some services run as a user of their own, and without harm to the service if it fails (`-`).
 */
function trackDropIn({ host }: Member, service: Service, signals: Signals): readonly HostArtifact[] {
  const fact = signals.units.find((each) => each.service === service.name)?.fact;
  if (fact === undefined) return [];
  const unit = host.os === "rhel-9" ? (fact.rhel ?? fact.name) : fact.name;
  const say = (value: number) => ({
    command: [
      "-+/bin/sh",
      "-c",
      `test -d ${trackFolder} || mkdir -p ${trackFolder}; echo ${value} >${trackPath(service)}`,
    ],
  });
  const sections: readonly UnitSection[] = [
    {
      name: "Service",
      directives: [
        ["ExecStartPost", say(0)],
        ["ExecStopPost", say(-254)],
      ],
    },
  ];
  return [
    {
      host: host.name,
      service: service.name,
      path: `${folder}/${unit}.service.d/stackwright-track-${service.name}.conf`,
      content: printUnit(sections, generatedHeader(generator, [service.source])),
      generator,
      source: [service.source],
    },
  ];
}
