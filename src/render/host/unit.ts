import type { Directive, UnitSection, Word } from "../../artifact/systemd.ts";
import { secretPath } from "../../model/secret-path.ts";
import type { OwnUnit, Unit } from "../../signals/host.ts";
import { addressVariable, hostEnvironment } from "./address.ts";
import { withSecretPath } from "./with-secret.ts";

/** Where the flags of a unit stand: Debian's place, on every system. */
export function defaultsPath(unit: string): string {
  return `/etc/default/${unit}`;
}

/** Drop-in for the unit of Debian's package: its command with the host's address, and how it is started again. */
export function dropIn(unit: Unit): readonly UnitSection[] {
  const command = commandOf(unit, [`/usr/bin/${unit.name}`]);
  // What the package's own command does already needs no other.
  const replaced = usesAddress(unit) || command.length > 2;
  return [
    { name: "Unit", directives: startOrder(unit) },
    {
      name: "Service",
      directives: [
        ...(usesAddress(unit) ? [["EnvironmentFile", hostEnvironment] as const] : []),
        ...(replaced ? [["ExecStart", ""] as const, ["ExecStart", { command }] as const] : []),
        ...startAgain,
      ],
    },
  ];
}

/** Drop-in for a unit that is not ours to start: it gets variables. */
export function variablesOnly(file: string): readonly UnitSection[] {
  return [{ name: "Service", directives: [["EnvironmentFile", file]] }];
}

/** The whole unit, where no package brings one. */
export function wholeUnit(unit: Unit, own: OwnUnit): readonly UnitSection[] {
  const { secretFiles = [] } = unit;
  return [
    { name: "Unit", directives: [["Description", own.description], ...startOrder(unit)] },
    {
      name: "Service",
      directives: [
        ["User", own.user],
        ...(own.groups === undefined ? [] : [["SupplementaryGroups", { list: own.groups }] as const]),
        ...(usesAddress(unit) ? [["EnvironmentFile", hostEnvironment] as const] : []),
        ...(hasDefaults(unit) ? [["EnvironmentFile", defaultsPath(unit.name)] as const] : []),
        ...secretFiles.map(
          ({ flag, from, source }) => ["LoadCredential", `${idOf(flag)}:${secretPath(from, source)}`] as const,
        ),
        ["ExecStart", { command: commandOf(unit, own.program) }],
        ...(own.reloads === true
          ? [["ExecReload", { command: ["/bin/kill", "-HUP", { words: "MAINPID" }] }] as const]
          : []),
        ...startAgain,
        ["LimitNOFILE", "65536"],
        ...(own.state === undefined ? [] : [["StateDirectory", own.state] as const]),
        ...(own.confined === true ? confined : [["NoNewPrivileges", "yes"] as const]),
      ],
    },
    { name: "Install", directives: [["WantedBy", "multi-user.target"]] },
  ];
}

/** True where the unit's command has the host's address. Who listens on loopback too has its addresses in its flags. */
export function usesAddress({ listen }: Unit): boolean {
  return listen !== undefined && listen.loopback === undefined;
}

/** True where the unit has flags or variables of its own. */
export function hasDefaults({ flags, variables, listen }: Unit): boolean {
  return flags !== undefined || variables !== undefined || listen?.loopback !== undefined;
}

function commandOf(unit: Unit, program: readonly string[]): readonly Word[] {
  const { listen, secretVariables = [], secretFiles = [] } = unit;
  return [
    ...secretVariables.flatMap(({ name, before, after, from, source }) => [
      withSecretPath,
      name,
      before,
      secretPath(from, source),
      after,
    ]),
    ...program,
    ...(listen === undefined || !usesAddress(unit)
      ? []
      : [
          {
            before: `${listen.flag}=`,
            variable: addressVariable,
            after: listen.port === undefined ? "" : `:${listen.port}`,
          },
        ]),
    ...secretFiles.map(({ flag }) => ({ before: `${flag}=`, specifier: "d", after: `/${idOf(flag)}` })),
    ...(hasDefaults(unit) ? [{ words: "ARGS" }] : []),
  ];
}

/** Name of a credential, by the flag that takes its file. */
function idOf(flag: string): string {
  return flag.replace(/^-+/, "");
}

function startOrder({ after = [] }: Unit): readonly Directive[] {
  return [
    ["Wants", "network-online.target"],
    ["After", { list: ["network-online.target", ...after.map((name) => `${name}.service`)] }],
    // Until its address is there it fails within milliseconds; systemd would give up after five times.
    ["StartLimitIntervalSec", "0"],
  ];
}

const startAgain: readonly Directive[] = [
  ["Restart", "always"],
  ["RestartSec", "5s"],
];

/**
 * What a program that only reads, listens and writes its state does not need. Memory that is written and executed stays
 * allowed: V8 compiles into it, and `MemoryDenyWriteExecute` ends Node.js at its start.
 * https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#Sandboxing
 */
const confined: readonly Directive[] = [
  ["NoNewPrivileges", "yes"],
  ["CapabilityBoundingSet", ""],
  ["ProtectSystem", "strict"],
  ["ProtectHome", "yes"],
  ["PrivateTmp", "yes"],
  ["PrivateDevices", "yes"],
  ["ProtectClock", "yes"],
  ["ProtectHostname", "yes"],
  ["ProtectKernelLogs", "yes"],
  ["ProtectKernelModules", "yes"],
  ["ProtectKernelTunables", "yes"],
  ["ProtectControlGroups", "yes"],
  ["RestrictAddressFamilies", { list: ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"] }],
  ["RestrictNamespaces", "yes"],
  ["RestrictRealtime", "yes"],
  ["RestrictSUIDSGID", "yes"],
  ["LockPersonality", "yes"],
  ["SystemCallArchitectures", "native"],
  ["UMask", "0077"],
];
