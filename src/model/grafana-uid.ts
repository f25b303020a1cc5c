import { createHash } from "node:crypto";
import type { Model } from "./model.ts";

/** Grafana refuses longer ones. */
const longest = 40;

/**
 * The uid under which a dashboard of ours or a data source is known to Grafana: `sw-PLATFORM-NAME`, at most 40
 * characters, the same for ever. Longer ones are cut and end in a piece of their hash.
 */
export function grafanaUid({ platform }: Pick<Model, "platform">, name: string): string {
  const uid = `sw-${platform}-${name}`;
  if (uid.length <= longest) return uid;
  const hash = createHash("sha256").update(uid).digest("hex").slice(0, 8);
  return `${uid.slice(0, longest - 9)}-${hash}`;
}

/** Path of a dashboard within Grafana, to be put behind its address. */
export function dashboardPath(model: Pick<Model, "platform">, name: string): string {
  return `/d/${grafanaUid(model, name)}`;
}
