import type { Origin } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import { type Directive, printUnit } from "../../artifact/systemd.ts";
import type { Host, Service } from "../../model/model.ts";
import { secretPath } from "../../model/secret-path.ts";
import type { AppNeeds, Credential } from "./app-setting.ts";

/**
 * The unit is the operator's; this has it read the settings. What user it runs as is not known here: so systemd makes
 * the folder for log records that wait, and copies secrets to where only that user reads them.
 */
export function appDropIn(
  { host, service, unit }: { readonly host: Host; readonly service: Service; readonly unit: string },
  { settingsPath, needs, generator }: { settingsPath: string; needs: readonly AppNeeds[]; generator: string },
): HostArtifact {
  const credentials = needs.flatMap((each) => each.credentials);
  const states = needs.flatMap(({ state }) => (state === undefined ? [] : [state]));
  const source = [service.source, ...credentials.map((each) => each.source)];
  const header = generatedHeader(generator, source);
  const own: readonly Directive[] = [
    ["EnvironmentFile", settingsPath],
    ...(states.length === 0 ? [] : [["StateDirectory", { list: states }] as const]),
  ];
  // Behind the header stand a blank line and the section's name.
  let line = header.length + 2 + own.length;
  const origins = credentials.map((each): Origin => {
    const from = line + 1;
    line += credentialDirectives(each).length;
    return { from, to: line, source: each.source };
  });
  const directives = [...own, ...credentials.flatMap(credentialDirectives)];
  return {
    host: host.name,
    service: service.name,
    path: `/etc/systemd/system/${unit}.service.d/stackwright.conf`,
    content: printUnit([{ name: "Service", directives }], header),
    restart: [unit],
    generator,
    source,
    ...(origins.length === 0 ? {} : { origins }),
  };
}

/**
 * The copy is only the unit's. Where the secret's file is missing it holds an empty line, so that the application starts
 * and its library says what is missing. https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#Credentials
 */
function credentialDirectives({ variable, id, from, source }: Credential): readonly Directive[] {
  return [
    ["LoadCredential", `${id}:${secretPath(from, source)}`],
    ["SetCredential", `${id}:\\n`],
    ["Environment", { list: [{ before: `${variable}=`, specifier: "d", after: `/${id}` }] }],
  ];
}
