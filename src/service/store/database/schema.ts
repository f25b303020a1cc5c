/**
 * Of the tables below, with the index of texts and without it: SQLite as Node 22.15 brings it cannot make one. A
 * database with another version is moved aside.
 */
export const schemaVersion = { withTextIndex: 2, withoutTextIndex: 3 } as const;

/**
 * The tables. `seq` is the order in which things came in, which is the order in which they go; so what goes lies
 * together. Spans lie by trace, so that a trace is read and thrown away as a whole.
 */
export const schema = `
CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE logs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  stream INTEGER NOT NULL, id TEXT NOT NULL, received_ms INTEGER NOT NULL,
  time_ms INTEGER NOT NULL, service TEXT NOT NULL, level TEXT NOT NULL, severity INTEGER NOT NULL,
  trace_id TEXT, span_id TEXT, message TEXT NOT NULL, text TEXT NOT NULL, document TEXT NOT NULL,
  UNIQUE (stream, id)
) STRICT;
CREATE INDEX logs_by_time ON logs (time_ms);
CREATE INDEX logs_by_service ON logs (service, time_ms);
CREATE INDEX logs_by_trace ON logs (trace_id, time_ms) WHERE trace_id IS NOT NULL;

CREATE TABLE traces (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, received_ms INTEGER NOT NULL,
  start_us INTEGER NOT NULL, end_us INTEGER NOT NULL, spans INTEGER NOT NULL, errors INTEGER NOT NULL,
  root_service TEXT NOT NULL, root_name TEXT NOT NULL, root_start_us INTEGER NOT NULL, has_root INTEGER NOT NULL
) STRICT;
CREATE INDEX traces_by_start ON traces (start_us);

CREATE TABLE spans (
  trace INTEGER NOT NULL, id TEXT NOT NULL, parent TEXT,
  service TEXT NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL,
  start_us INTEGER NOT NULL, duration_us REAL NOT NULL, error INTEGER NOT NULL, peer TEXT, details TEXT NOT NULL,
  PRIMARY KEY (trace, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX spans_by_start ON spans (start_us);
CREATE INDEX spans_by_service ON spans (service, start_us);
`;

/**
 * The index of texts holds no copy of them, and knows groups of three characters, so that any part of a word is found,
 * in languages without spaces too.
 */
export const textIndex =
  "CREATE VIRTUAL TABLE log_text USING fts5(text, content='', contentless_delete=1, tokenize='trigram');";
