import { get } from "../../test/real/lab/waiting.ts";
import { parseTextFormat, type SeenFamily } from "./text-format.ts";

/** Families that a scrape shows now. */
export async function scrape(url: string): Promise<ReadonlyMap<string, SeenFamily>> {
  return parseTextFormat(await get(url));
}
