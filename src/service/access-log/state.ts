import { readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

const follow = z.strictObject({
  seenMs: z.number(),
  files: z.array(
    z.strictObject({
      id: z.string(),
      offset: z.int().min(0),
      head: z.strictObject({ bytes: z.int().min(0), sha256: z.string() }),
    }),
  ),
});
const record = z.strictObject({
  request: z.string(),
  client: z.string(),
  time: z.string(),
  outcome: z.enum(["blocked", "detected", "none"]),
  rule: z.string(),
});

const schema = z.strictObject({
  schema: z.literal(1),
  /** The process that wrote it, while it runs. */
  pid: z.int().optional(),
  /** Which start of the machine it belongs to. */
  boot: z.string(),
  access: follow.optional(),
  audit: follow.optional(),
  counters: z.record(
    z.string(),
    z.array(z.tuple([z.array(z.string()).readonly(), z.array(z.number()).readonly()]).readonly()).readonly(),
  ),
  modes: z.record(z.string(), z.enum(["off", "detect", "block"])),
  waiting: z.array(z.strictObject({ record, looks: z.int() })),
});

/** What an exporter leaves to the next one: how far it has read, and what it has counted up to there. */
export type SavedState = z.output<typeof schema>;

/** What was found at the start. */
export type FoundState =
  | { readonly type: "none" }
  | { readonly type: "unreadable"; readonly reason: string }
  | { readonly type: "found"; readonly state: SavedState };

export function readState(file: string): FoundState {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (parsed.success) return { type: "found", state: parsed.data };
    return { type: "unreadable", reason: parsed.error.issues[0]?.message ?? "it has another form" };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { type: "none" };
    return { type: "unreadable", reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Replaces the file as a whole. A process that is killed leaves the old one or the new one; a power cut may bring an older
 * one back, which its `boot` shows. Throws what the file system throws; then the old one is gone too, because numbers
 * below those that were scraped would look like a reset of the counters and be added a second time.
 */
export async function writeState(file: string, state: SavedState): Promise<void> {
  const next = `${file}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(next, JSON.stringify(state), { mode: 0o600 });
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true }).catch(() => {});
    await rm(file, { force: true }).catch(() => {});
    throw error;
  }
}
