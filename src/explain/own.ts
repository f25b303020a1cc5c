import type { Path } from "../diagnostics/path.ts";
import type { Explanation } from "./explain.ts";

/** An expression of the operator's own, from a file that the inventory names under `extra`. */
export interface OwnPlace {
  readonly file: string;
  readonly expr: string;
  readonly alert: string | undefined;
  readonly record: string | undefined;
  /** Title of the panel that draws it. */
  readonly title: string | undefined;
  readonly source: Path;
}

/** Own alerts, recording rules, panels (in any case) and their files, by name. */
export function explainOwn(what: string, own: readonly OwnPlace[]): readonly Explanation[] {
  const groups = Map.groupBy(
    own.flatMap((place) => {
      const subject = subjectOf(what, place);
      return subject === undefined ? [] : [{ ...place, subject }];
    }),
    ({ subject, file }) => `${subject} ${file}`,
  );
  return [...groups.values()].flatMap((group): readonly Explanation[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { subject, file, source } = first;
    return [
      {
        subject,
        facts: [
          ...(file === what ? [] : [`of your own, in ${file}`]),
          ...group.map(({ expr }) => `expression: ${expr.trim().replaceAll(/\s+/g, " ")}`),
        ],
        component: undefined,
        sources: [source],
      },
    ];
  });
}

function subjectOf(what: string, { alert, record, title, file }: OwnPlace): string | undefined {
  if (alert === what) return `alert ${alert}`;
  if (record === what) return `recording rule ${record}`;
  if (title !== undefined && title.toLowerCase() === what.toLowerCase()) return `panel "${title}"`;
  return file === what ? `${file}, of your own` : undefined;
}

/** Every word that `explainOwn` knows. */
export function ownWords(own: readonly OwnPlace[]): readonly string[] {
  return [...new Set(own.flatMap(({ alert, record, title, file }) => [alert, record, title, file]))].filter(
    (word) => word !== undefined,
  );
}
