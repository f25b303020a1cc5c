import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { takeBulk } from "../../../src/service/store/bulk/take.ts";
import { openDatabase } from "../../../src/service/store/database/open.ts";
import { countLogs } from "../../../src/service/store/search/logs.ts";
import { bulk, wide } from "./records.ts";

it("a database can be read by nobody else, also in a folder that is open to all, and is opened again", () => {
  const folder = mkdtempSync(join(tmpdir(), "store-test-"));
  try {
    chmodSync(folder, 0o755);
    for (const [index, id] of ["a", "b"].entries()) {
      const database = openDatabase(join(folder, "store.sqlite"), { limits: wide });
      takeBulk({ bytes: bulk([id, { "@timestamp": 1 }]), isZipped: false, stream: "logs-a-b" }, { database, nowMs: 1 });
      expect(readdirSync(folder).toSorted()).toEqual(["store.sqlite", "store.sqlite-shm", "store.sqlite-wal"]);
      const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
      expect(modes).toEqual([0o600, 0o600, 0o600]);
      expect(countLogs(database, undefined)).toBe(index + 1);
      database.sqlite.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
