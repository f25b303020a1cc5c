import { hash } from "node:crypto";
import { formatPath } from "../diagnostics/path.ts";
import type { HostSecret } from "../model/secret-path.ts";
import type { SecretRef } from "../signals/secret.ts";
import type { Artifact } from "./artifact.ts";
import { printJson } from "./json.ts";

export const manifestPath = "deploy/manifest.json";

/** What stands in `deploy/manifest.json`. */
export interface Manifest {
  readonly schema: 1;
  readonly platform: string;
  readonly environment: string;
  /** Digest of the inventory's bytes; here only, so that a changed comment changes no other file. */
  readonly inventory_sha256: string;
  readonly artifacts: readonly ManifestEntry[];
  readonly secrets: readonly {
    readonly host: string;
    readonly path: string;
    readonly mode: string;
    readonly owner: string;
    readonly from: SecretRef;
  }[];
}

export interface ManifestEntry {
  readonly path: string;
  readonly sha256: string;
  readonly mode: string;
  readonly owner: string;
  readonly generator: string;
  readonly source: readonly string[];
  readonly installs: Artifact["installs"];
}

/** The manifest of a tree. Artifacts and secrets are sorted by path and host. */
export function manifestOf(
  about: Pick<Manifest, "platform" | "environment" | "inventory_sha256">,
  artifacts: readonly Artifact[],
  secrets: readonly HostSecret[],
): Manifest {
  return {
    schema: 1,
    platform: about.platform,
    environment: about.environment,
    inventory_sha256: about.inventory_sha256,
    artifacts: artifacts
      .map((artifact) => ({
        path: artifact.path,
        sha256: sha256(artifact.content),
        mode: octal(artifact.mode),
        owner: artifact.owner,
        generator: artifact.generator,
        source: artifact.source.map(formatPath),
        installs: artifact.installs,
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    secrets: secrets
      .map(({ host, path, owner, from }) => ({ host, path, mode: octal(0o600), owner, from }))
      .sort((a, b) => (`${a.host} ${a.path}` < `${b.host} ${b.path}` ? -1 : 1)),
  };
}

/** One artifact a line, so that a change of one is a change of one line. */
export function printManifest(manifest: Manifest): string {
  const { artifacts, secrets, ...head } = manifest;
  const lines = (items: readonly unknown[]): string =>
    items.length === 0 ? "[]" : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`;
  const text = printJson(head).replace(/\n}\n$/, "");
  return `${text},\n  "artifacts": ${lines(artifacts)},\n  "secrets": ${lines(secrets)}\n}\n`;
}

/** Hexadecimal SHA-256 of a text's UTF-8 bytes. */
export function sha256(content: string | Uint8Array): string {
  return hash("sha256", content, "hex");
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
