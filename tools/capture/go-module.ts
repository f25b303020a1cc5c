import { z } from "zod";
import type { Bench } from "../../test/real/lab/bench.ts";
import type { Need } from "./needs.ts";

/** A Go module at an exact version. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** Its checksum as `go mod download -json` and go.sum have it; those of its dependencies stand in its own go.sum. */
  readonly sum: string;
}

export const goNeed: Need = { tool: "go", install: "install Go 1.25 or newer from https://go.dev/dl/" };

/** What the machine sets for its own builds is not ours. */
const plain = ["GOFLAGS=", "GOWORK=off"];

/** Brings a module, and gives the folder where Go keeps it, which nobody may change. Rejects where the checksum differs. */
export async function bringModule(bench: Bench, { path, version, sum }: GoModule): Promise<string> {
  const text = await bench.run("env", [...plain, "go", "mod", "download", "-json", `${path}@${version}`]);
  const told = z.object({ Dir: z.string(), Sum: z.string() }).parse(JSON.parse(text));
  if (told.Sum !== sum) throw new Error(`${path} ${version} has the checksum ${told.Sum}, and ${sum} is expected`);
  return told.Dir;
}

/** Builds a program of a module that was brought, and gives its file. Once Go has compiled it, it is only linked anew. */
export async function buildProgram(bench: Bench, folder: string, program: string): Promise<string> {
  const file = bench.path("program");
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
  await bench.run("env", [...plain, "go", "-C", folder, "build", ...flags, "-o", file, program]);
  return file;
}
