import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../test/real/lab/place.ts";
import type { Size } from "./page.ts";

/** Has a browser without a window draw a page into a PNG file. Nothing is loaded from anywhere. */
export async function screenshot(page: string, { width, height }: Size, file: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "stackwright-picture-"));
  try {
    const html = join(folder, "page.html");
    writeFileSync(html, page);
    await run("chromium", [
      ..."--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(
        " ",
      ),
      ..."--disable-component-update --disable-sync --hide-scrollbars --force-device-scale-factor=1".split(" "),
      `--user-data-dir=${join(folder, "profile")}`,
      `--window-size=${width},${height}`,
      `--screenshot=${file}`,
      `file://${html}`,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
