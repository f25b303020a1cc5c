/** A condition in SQL with its values, or nothing. */
export interface Clauses {
  readonly where: string;
  readonly values: readonly (string | number)[];
}

type Clause = readonly [sql: string, ...values: readonly (string | number)[]] | undefined;

/** All conditions that there are, joined by AND. Only constant text may stand in `sql`. */
export function allOf(...clauses: readonly Clause[]): Clauses {
  const given = clauses.filter((clause) => clause !== undefined);
  return {
    where: given.length === 0 ? "" : `WHERE ${given.map(([sql]) => sql).join(" AND ")}`,
    values: given.flatMap(([, ...values]) => values),
  };
}
