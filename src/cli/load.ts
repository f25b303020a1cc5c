import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { kinds } from "../catalog/index.ts";
import { formatPath, type Path } from "../diagnostics/path.ts";
import { type Diagnostic, problem } from "../diagnostics/problem.ts";
import { limits } from "../inventory/limits.ts";
import { locate, locateFlaws } from "../inventory/locate.ts";
import { readInventory } from "../inventory/read.ts";
import { fileErrorText, isFileError } from "../io/file-error.ts";
import { readOwnFiles } from "../io/own-files.ts";
import type { Acceptance } from "../model/accept.ts";
import { type Build, type BuildResult, build } from "../pipeline/build.ts";
import { UnreadableFile } from "./file-error.ts";

/** An inventory on its way to a command: everything that was found, at its place. */
export interface Loaded {
  readonly file: string;
  readonly text: string;
  /** Problems of the inventory and findings on expressions, in the order of files and lines. */
  readonly diagnostics: readonly Diagnostic[];
  readonly accepted: readonly Acceptance[];
  readonly result: BuildResult | undefined;
}

/** Reads an inventory, builds everything in memory and places what is wrong. Throws `UnreadableFile` where there is no inventory. */
export async function load(file: string): Promise<Loaded> {
  const reading = readInventory(readFile(file));
  if (!reading.ok)
    return {
      file,
      text: reading.text,
      diagnostics: locateFlaws(reading.text, reading.flaws, file),
      accepted: [],
      result: undefined,
    };
  const built = build(reading, kinds, (model) => readOwnFiles(model, dirname(file)));
  const diagnostics = [
    ...(await locate(reading.text, built.problems, file)),
    ...(await placeFindings(built, reading.text, file)),
  ];
  return { file, text: reading.text, diagnostics, accepted: built.accepted, result: built.result };
}

function readFile(file: string): Uint8Array {
  try {
    return statSync(file).isFile() ? readFileSync(file) : readStream(file);
  } catch (error) {
    if (!isFileError(error)) throw error;
    const fix =
      error.code === "ENOENT" ? "write one with stackwright init, or name another with -i" : "name another with -i";
    throw new UnreadableFile(`${fileErrorText(error, file)}; ${fix}`, file);
  }
}

/** A pipe or a device, up to what is too much anyway: some never end. */
function readStream(file: string): Uint8Array {
  const descriptor = openSync(file, "r");
  try {
    const buffer = new Uint8Array(limits.bytes + 1);
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += count;
      if (count === 0 || length === buffer.length) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

async function placeFindings({ result }: Build, text: string, file: string): Promise<readonly Diagnostic[]> {
  const findings = result?.proof.findings ?? [];
  if (findings.length === 0) return [];
  const places = await placesOf(
    text,
    file,
    findings.map((finding) => finding.source),
  );
  return findings.map(({ source, hint, ...finding }) => ({
    ...finding,
    path: formatPath(source),
    ...(hint === undefined ? {} : { hint }),
    ...placeFields(places, source),
  }));
}

function placeFields(places: ReadonlyMap<string, Place>, source: Path): Pick<Diagnostic, "because"> {
  const because = places.get(formatPath(source));
  return because === undefined ? {} : { because };
}

/** Where an inventory path stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

/** Lines of inventory paths, by their text; of the nearest thing around where a path is not written. */
export async function placesOf(
  text: string,
  file: string,
  paths: readonly Path[],
): Promise<ReadonlyMap<string, Place>> {
  const unique = new Map(paths.map((path) => [formatPath(path), path]));
  const asked = [...unique].map(([name, path]) => problem("invalid-value", path, name, { at: "key" }));
  const located = await locate(text, asked, file);
  return new Map(located.map(({ line, column, message }) => [message, { file, line, column, path: message }]));
}
