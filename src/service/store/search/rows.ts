/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

export function textAt(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : "";
}

export function optionalTextAt(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === "string" ? value : undefined;
}

export function numberAt(row: Row, column: string): number {
  return Number(row[column] ?? 0);
}
