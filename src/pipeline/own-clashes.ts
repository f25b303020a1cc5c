import { z } from "zod";
import type { Artifact } from "../artifact/artifact.ts";
import { type Problem, problem } from "../diagnostics/problem.ts";
import type { Signals } from "../signals/signals.ts";
import type { OwnScrapeConfig, ReadOwnParts } from "./own-parts.ts";

/** Where own parts get in the way of ours or of each other, and secrets that are written into own scrape configs. */
export function ownClashes(own: ReadOwnParts, signals: Signals, artifacts: readonly Artifact[]): readonly Problem[] {
  return [
    ...takenAlertNames(own, signals),
    ...takenDashboards(own, artifacts),
    ...own.parts.scrapeConfigs.flatMap(literalSecrets),
  ];
}

/** Routes and inhibitions speak of alerts by name: one of ours hides others, and an own one of that name would as well. */
function takenAlertNames({ expressions }: ReadOwnParts, signals: Signals): readonly Problem[] {
  const ours = new Set(signals.alerts.map(({ template }) => template.name));
  const found = new Map(
    expressions.flatMap(({ alert, file, source }) =>
      alert !== undefined && ours.has(alert) ? [[`${file} ${alert}`, { alert, file, source }] as const] : [],
    ),
  );
  return [...found.values()].map(({ alert, file, source }) =>
    problem("duplicate-name", source, `${file} has an alert ${alert}, which is also one of ours`, {
      hint: `give it another name in ${file}, or take ours out: alerting.thresholds.${alert}: { enabled: false }`,
    }),
  );
}

const named = z.looseObject({ uid: z.string().optional(), title: z.string().optional() });

/** Grafana stops writing a whole folder where two of its dashboards have one uid or one title. */
function takenDashboards({ parts }: ReadOwnParts, artifacts: readonly Artifact[]): readonly Problem[] {
  if (parts.dashboards.length === 0) return [];
  const owners = new Map<string, string>();
  const take = (content: string, owner: string): readonly string[] => {
    const { uid, title } = namesOf(content);
    const names = [
      ...(uid === undefined || uid === "" ? [] : [`uid ${JSON.stringify(uid)}`]),
      ...(title === undefined ? [] : [`title ${JSON.stringify(title)}`]),
    ];
    const taken = names.flatMap((name) => (owners.has(name) ? [`${name} of ${owners.get(name)}`] : []));
    for (const name of names) if (!owners.has(name)) owners.set(name, owner);
    return taken;
  };
  for (const { path, content } of artifacts)
    if (/^dashboards\/(?!own-).*\.json$/.test(path)) take(content, `our ${path}`);
  return parts.dashboards.flatMap(({ file, content, source }) => {
    const taken = take(content, file);
    if (taken.length === 0) return [];
    return problem("duplicate-name", source, `${file} has the ${taken.join(" and the ")}`, {
      hint: `give it others in ${file}: Grafana keeps a folder as it was where two are equal`,
    });
  });
}

function namesOf(content: string): z.infer<typeof named> {
  try {
    return named.safeParse(JSON.parse(content)).data ?? {};
  } catch {
    return {};
  }
}

/** Settings of a scrape config that hold a secret, and those that name a file with it instead, where there is one. */
const secretSettings: ReadonlyMap<string, string | undefined> = new Map([
  ["password", "password_file"],
  ["bearer_token", "bearer_token_file"],
  ["credentials", "credentials_file"],
  ["client_secret", "client_secret_file"],
  ["token", undefined],
  ["secret_key", undefined],
  ["application_credential_secret", undefined],
]);

/** Own scrape configs are passed on unchanged, into a file that lies in a repository and is read by many. */
function literalSecrets({ file, config, source }: OwnScrapeConfig): readonly Problem[] {
  return [...settingsOf(config, [])].flatMap(({ path, value }) => {
    const key = path.at(-1) ?? "";
    const isAddress = /^[a-z]+:\/\/[^\s/@]*:[^\s/@]*@/i.test(value);
    if (value === "" || (!secretSettings.has(key) && !isAddress)) return [];
    const instead = secretSettings.get(key);
    return problem(
      "literal-secret",
      source,
      `${file} has a literal at ${path.join(".")}; a scrape config only refers to secrets`,
      {
        hint:
          instead === undefined
            ? "take it out: Prometheus reads it from no file"
            : `write ${instead} with a file on the Prometheus hosts`,
      },
    );
  });
}

interface Setting {
  readonly path: readonly string[];
  readonly value: string;
}

/** Labels are names of the operator's own: what stands under them is no setting. */
function* settingsOf(value: unknown, path: readonly string[]): Generator<Setting> {
  if (typeof value === "string") yield { path, value };
  else if (typeof value === "object" && value !== null && path.at(-1) !== "labels")
    for (const [key, inner] of Object.entries(value)) yield* settingsOf(inner, [...path, key]);
}
