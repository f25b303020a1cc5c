import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findTool } from "../../../src/io/tools.ts";
import { batchOf, linesOf, openWorkshop } from "./batches.ts";
import { startFaultyStore } from "./faulty-store.ts";

const basic = (password: string): string => `Basic ${Buffer.from(`writer:${password}`).toString("base64")}`;

describe("credentials", () => {
  it("come from files, and are read again when these change", async () => {
    const { store, folder, deliver, send } = await openWorkshop();
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, "old secret\n");
    store.fault = ({ headers }) => (headers.authorization === basic("new secret") ? undefined : { status: 401 });
    const sending = send(deliver({ username: "writer", passwordFile }), batchOf(linesOf(3)));
    await expect.poll(() => store.requests.length).toBeGreaterThan(1);
    writeFileSync(`${passwordFile}.new`, "new secret\n");
    renameSync(`${passwordFile}.new`, passwordFile);
    expect(await sending).toEqual(Array(3).fill("delivered"));
    expect(store.requests[0]?.headers.authorization).toBe(basic("old secret"));
  });

  it("may be an API key", async () => {
    const { store, folder, deliver, send } = await openWorkshop();
    const apiKeyFile = join(folder, "key");
    writeFileSync(apiKeyFile, "bm90IGEga2V5\n");
    await send(deliver({ apiKeyFile }), batchOf(linesOf(1)));
    expect(store.requests[0]?.headers.authorization).toBe("ApiKey bm90IGEga2V5");
  });

  it("that cannot be read keep the records from being sent, until they can", async () => {
    const { store, folder, reports, deliver, send } = await openWorkshop();
    const apiKeyFile = join(folder, "key");
    const sending = send(deliver({ apiKeyFile }), batchOf(linesOf(1)));
    await expect.poll(() => reports.length).toBe(2);
    expect(reports[0]).toMatchObject({ "error.message": `${apiKeyFile} cannot be read: ENOENT` });
    writeFileSync(apiKeyFile, "two words");
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(store.requests).toEqual([]);
    writeFileSync(apiKeyFile, "bm90IGEga2V5");
    expect(await sending).toEqual(["delivered"]);
    rmSync(apiKeyFile);
    expect(await send(deliver({ apiKeyFile: join(folder, "password") }), batchOf([]))).toEqual([]);
  });

  it("appear in no report, though an answer repeats them", async () => {
    const { store, folder, reports, deliver, send } = await openWorkshop();
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, "s3cr3t-word");
    store.fault = ({ headers }) => {
      if (store.requests.length > 2) return undefined;
      const reason = `got ${headers.authorization}, password s3cr3t-word`;
      return { status: 401, body: JSON.stringify({ error: { type: "security_exception", reason } }) };
    };
    await send(deliver({ username: "writer", passwordFile }), batchOf(linesOf(1)));
    const said = JSON.stringify(reports);
    expect(said).toContain("got Basic [secret], password [secret]");
    expect(said).not.toContain("s3cr3t-word");
    expect(said).not.toContain(basic("s3cr3t-word").slice(6));
  });
});

describe.runIf(findTool("openssl") !== undefined)("an address with TLS", () => {
  it("is trusted by its certificate authority only", async () => {
    const { folder, reports, deliver, send } = await openWorkshop();
    const paths = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
    const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=store";
    execFileSync(
      "openssl",
      [...request.split(" "), "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", paths.key, "-out", paths.cert],
      { stdio: "ignore" },
    );
    const store = await startFaultyStore({
      tls: { key: readFileSync(paths.key, "utf8"), cert: readFileSync(paths.cert, "utf8") },
    });
    onTestFinished(() => store.close());
    const stop = new AbortController();
    const strangers = send(deliver({ urls: [store.url] }), batchOf(linesOf(1)), stop.signal);
    await expect.poll(() => reports.length).toBe(1);
    expect(reports[0]).toMatchObject({
      "error.code": "DEPTH_ZERO_SELF_SIGNED_CERT",
      fix: expect.stringContaining("TELEMETRY_LOG_ELASTICSEARCH_CA_FILE"),
    });
    stop.abort();
    expect(await strangers).toEqual([undefined]);
    expect(await send(deliver({ urls: [store.url], caFile: paths.cert }), batchOf(linesOf(2)))).toEqual([
      "delivered",
      "delivered",
    ]);
  });
});
