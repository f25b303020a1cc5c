import { generatedHeader } from "../../artifact/comment.ts";
import { printModsecurity, type SecDirective, secPattern } from "../../artifact/modsecurity.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { ActiveWaf } from "../../catalog/nginx/settings.ts";
import type { Path } from "../../diagnostics/path.ts";
import { auditLogFile } from "../../signals/access-log.ts";
import type { NginxPlan } from "./plan.ts";
import { bytesOf } from "./values.ts";
import type { Profile } from "./waf-profiles.ts";
import { settingSource } from "./written.ts";

const generator = "render/nginx";
const folder = "/etc/nginx/modsecurity";
/** Where Debian's packages put the Core Rule Set and the table of Unicode. */
const rulesFolder = "/usr/share/modsecurity-crs/rules";
const unicodeTable = "/etc/nginx/unicode.mapping";
/** Rules that every transaction has, once for all; a location adds its profile. */
export const mainRulesFile = `${folder}/main.conf`;

/** The file of a profile. */
export function profileFile({ name }: Profile): string {
  return `${folder}/${name}.conf`;
}

/**
 * Files of the firewall. The Core Rule Set is read once, at the level of `http`, where it is off; a location that wants
 * it switches it on and adds its profile. ModSecurity puts the rules of a location before those of `http`: what a
 * profile sets is there when the Core Rule Set asks for it.
 */
export function renderWaf(plan: NginxPlan): readonly Omit<HostArtifact, "host" | "service">[] {
  if (!plan.usesWaf) return [];
  const places = plan.profiles.map(({ source }) => source);
  return [
    file(mainRulesFile, mainRules(plan), [...places, plan.source]),
    file(`${folder}/crs-setup.conf`, crsSetup(), places),
    ...plan.profiles.map((profile) => file(profileFile(profile), profileRules(profile), [profile.source])),
  ];
}

function file(
  path: string,
  directives: readonly SecDirective[],
  source: readonly Path[],
): Omit<HostArtifact, "host" | "service"> {
  return {
    path,
    ...printModsecurity(directives, generatedHeader(generator, source)),
    reload: "nginx",
    generator,
    source,
  };
}

function sec(name: string, ...args: readonly string[]): SecDirective {
  return { name, args };
}

/** Ids of our own rules: below 100,000, which the Core Rule Set leaves to its users. */
const ids = {
  xml: 1001,
  json: 1002,
  unreadable: 1003,
  tooLarge: 1006,
  multipart: 1004,
  internal: 1005,
  setup: 1010,
  methods: 1011,
  bodies: 1020,
} as const;
const firstExclusion = 10_000;
const exclusionRange = 80_000;

function mainRules({ settings, source }: NginxPlan): readonly SecDirective[] {
  const size = bytesOf(settings.client_max_body_size);
  // ModSecurity's own bound; nginx's 0 is "without a bound".
  const limit = size === 0 ? 1024 ** 3 : Math.min(size, 1024 ** 3);
  return [
    sec("SecRuleEngine", "On"),
    sec("SecRequestBodyAccess", "On"),
    { ...sec("SecRequestBodyLimit", String(limit)), source: settingSource(settings, source, "client_max_body_size") },
    // A part that is not looked at would be a way around the rules.
    sec("SecRequestBodyLimitAction", "Reject"),
    sec("SecRequestBodyJsonDepthLimit", "512"),
    {
      ...sec("SecResponseBodyAccess", "Off"),
      comment: "Bodies of responses cost more than all the rest and hold people's data.",
    },
    sec("SecUnicodeMapFile", unicodeTable, "20127"),
    sec("SecArgumentSeparator", "&"),
    sec("SecCookieFormat", "0"),
    { ...sec("SecStatusEngine", "Off"), comment: "It would tell ModSecurity's makers about this host." },
    sec("SecAuditEngine", "RelevantOnly"),
    sec("SecAuditLogFormat", "JSON"),
    sec("SecAuditLogType", "Serial"),
    {
      ...sec("SecAuditLogParts", "AHZ"),
      comment:
        "Without headers, which hold cookies and passwords, and without bodies; unique_id leads to the line of the access log.",
    },
    sec("SecAuditLog", auditLogFile),
    rule(
      "REQUEST_HEADERS:Content-Type",
      "@rx ^(?:application(?:/soap\\+|/)|text/)xml",
      `id:${ids.xml},phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML`,
    ),
    rule(
      "REQUEST_HEADERS:Content-Type",
      "@rx ^application/(?:[a-z0-9.+-]+\\+)?json",
      `id:${ids.json},phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON`,
    ),
    rule(
      "REQBODY_ERROR_MSG",
      "@contains is bigger than the maximum",
      `id:${ids.tooLarge},phase:2,t:none,log,deny,status:413,severity:4,msg:'The body of the request is larger than inspected_body'`,
    ),
    rule(
      "REQBODY_ERROR",
      "!@eq 0",
      `id:${ids.unreadable},phase:2,t:none,log,deny,status:400,severity:2,msg:'The body of the request cannot be read',logdata:'%{reqbody_error_msg}'`,
    ),
    rule(
      "MULTIPART_STRICT_ERROR",
      "!@eq 0",
      `id:${ids.multipart},phase:2,t:none,log,deny,status:400,severity:2,msg:'The parts of the request are not well formed'`,
    ),
    rule(
      "TX:/^MSC_/",
      "!@streq 0",
      `id:${ids.internal},phase:2,t:none,log,deny,status:500,severity:2,msg:'ModSecurity has failed: %{MATCHED_VAR_NAME}'`,
    ),
    sec("Include", `${folder}/crs-setup.conf`),
    // Where the pattern matches no file, nginx does not start.
    sec("Include", `${rulesFolder}/*.conf`),
    {
      ...sec("SecAction", `id:${ids.bodies},phase:5,pass,nolog,t:none,ctl:auditLogParts=-E`),
      comment: "Many rules of the Core Rule Set add the body of the response to the audit log, read or not.",
    },
  ];
}

function rule(variables: string, operator: string, actions: string): SecDirective {
  return sec("SecRule", variables, operator, actions);
}

/** Scores add up, and the sum decides; what is not set here has the Core Rule Set's own default, paranoia level 1 and threshold 5. */
function crsSetup(): readonly SecDirective[] {
  return [
    sec("SecDefaultAction", "phase:1,nolog,auditlog,pass"),
    sec("SecDefaultAction", "phase:2,nolog,auditlog,pass"),
    sec("SecAction", `id:${ids.setup},phase:1,pass,nolog,t:none,setvar:tx.crs_setup_version=334`),
  ];
}

function profileRules({ waf, source }: Profile): readonly SecDirective[] {
  return [
    { ...sec("SecRuleEngine", waf.mode === "block" ? "On" : "DetectionOnly"), source },
    {
      ...sec(
        "SecAction",
        `id:${ids.methods},phase:1,pass,nolog,t:none,setvar:'tx.allowed_methods=${waf.allowed_methods.join(" ")}'`,
      ),
      source,
    },
    // A megabyte of JSON keeps a worker busy for a second, and the check of keepalived waiting.
    {
      ...sec("SecRequestBodyNoFilesLimit", String(bytesOf(waf.inspected_body))),
      source,
    },
    ...exclusions(waf, [...source, "exclusions"]),
  ];
}

/** Rules that do not look at some paths. An id stays the same while the exclusion does, so that logs can be compared. */
function exclusions({ exclusions }: ActiveWaf, source: Path): readonly SecDirective[] {
  const taken = new Set<number>();
  return exclusions.map(({ rule: excluded, path, reason, until }, index) => {
    const id = idOf(`${excluded} ${path}`, taken);
    const ends = until === undefined ? "without an end" : `until ${until}`;
    return {
      ...rule(
        "REQUEST_FILENAME",
        `@rx ${pathPattern(path)}`,
        `id:${id},phase:1,pass,nolog,t:none,t:normalizePath,ctl:ruleRemoveById=${excluded}`,
      ),
      source: [...source, index],
      comment: `Rule ${excluded} ${ends}: ${reason}`,
    };
  });
}

/** The path and everything below it, as routes are compared. */
function pathPattern(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "^/" : `^${secPattern(decoded(trimmed))}(?:/|$)`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** FNV-1a, moved to the next free id. */
function idOf(key: string, taken: Set<number>): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  let id = hash % exclusionRange;
  while (taken.has(id)) id = (id + 1) % exclusionRange;
  taken.add(id);
  return firstExclusion + id;
}
