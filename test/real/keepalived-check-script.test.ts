import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { fileOn, rendered } from "../render/keepalived/members.ts";
import { run, type Said } from "./batch.ts";
import { eventually } from "./lab/waiting.ts";
import { describeInLab } from "./tool.ts";

/** Exit codes of timeout(1): what it ran was ended by SIGTERM. */
const timedOut = 124;

describeInLab(["bash", "setpriv", "timeout"], "the check script", () => {
  let folder = "";
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  const children: ChildProcess[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "check-script-"));
    // It reads itself once more without rights.
    chmodSync(folder, 0o755);
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A server whose connections are treated so; gives its port. */
  async function serve(treat: (socket: Socket) => void, address = "127.0.0.11"): Promise<number> {
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => socket.destroy());
      treat(socket);
    });
    servers.push(server);
    server.listen(0, address);
    await once(server, "listening");
    return portOf(server.address());
  }

  /** Puts the check of a service on a port there, as it is generated. */
  function install(service: object, host = "lb1", networks = v4): string {
    const { artifacts } = rendered({
      version: 1,
      platform: "p",
      segments: { lan: { cidr: networks.cidr, interface: "lo" } },
      hosts: {
        lb1: { address: networks.first, segment: "lan", labels: { rack: "a" } },
        lb2: { address: networks.second, segment: "lan", labels: { rack: "b" } },
      },
      services: { edge: { hosts: ["lb1", "lb2"], ...service } },
      virtual_ips: { web: { address: networks.vip, service: "edge", virtual_router_id: 51 } },
    });
    const { content, mode } = fileOn(artifacts, host, "/etc/keepalived/check-edge");
    const file = join(folder, "check-edge");
    rmSync(file, { force: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  }

  const http = (port: number, status = 200): object => ({ kind: "nodejs", port, health: { path: "/healthz", status } });
  const ask = (file: string): Promise<Said> => run(file, [], "/");

  it("is content with the status that the inventory names, and with no other", async () => {
    for (const [line, expected, code] of [
      ["HTTP/1.1 200 OK", 200, 0],
      ["HTTP/1.0 200 OK", 200, 0],
      ["HTTP/1.1 200", 200, 0],
      ["HTTP/1.1 204 No Content", 204, 0],
      ["HTTP/1.1 500 Internal Server Error", 200, 1],
      ["HTTP/1.1 301 Moved Permanently", 200, 1],
      ["HTTP/1.1 2000 no status", 200, 1],
      ["HTTP/1.1 200 OK", 204, 1],
    ] as const) {
      const port = await serve((socket) =>
        socket.once("data", () => socket.end(`${line}\r\ncontent-length: 0\r\n\r\n`)),
      );
      const { status, output } = await ask(install(http(port, expected)));
      expect([line, status]).toEqual([line, code]);
      if (code === 1) expect(output).toContain("answered");
    }
  });

  it("asks by its path and host name, and closes", async () => {
    let request = "";
    const port = await serve((socket) =>
      socket.on("data", (data) => {
        request += String(data);
        socket.end("HTTP/1.1 200 OK\r\n\r\n");
      }),
    );
    expect((await ask(install(http(port)))).status).toBe(0);
    expect(request).toBe(
      `GET /healthz HTTP/1.1\r\nHost: 127.0.0.11:${port}\r\nUser-Agent: stackwright-check\r\nConnection: close\r\n\r\n`,
    );
  });

  it("fails where nothing listens", async () => {
    const port = await serve(() => undefined);
    servers.splice(0).map((server) => server.close());
    const { status, output } = await ask(install(http(port)));
    expect(status).toBe(1);
    expect(output).toContain("Connection refused");
    expect((await ask(install({ kind: "tomcat", port }))).status).toBe(1);
  });

  it("connects where the service has no health of its own", async () => {
    const port = await serve(() => undefined);
    expect((await ask(install({ kind: "tomcat", port }))).status).toBe(0);
  });

  it("asks over IPv6 where the host has such an address", async () => {
    const port = await serve((socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\n\r\n")), "::1");
    expect((await ask(install(http(port), "lb1", v6))).status).toBe(0);
  });

  it("ends by itself, without rights, where the server accepts and never answers", async () => {
    const port = await serve(() => undefined);
    const asked = ask(install(http(port)));
    const user = await eventually(() => userOfConnection(port), 5);
    expect(user).toBe("65534");
    expect((await asked).status).toBe(timedOut);
  });

  it("ends by itself where the answer comes byte by byte", async () => {
    const port = await serve((socket) => {
      const bytes = [..."HTTP/1.1 200 OK, if only somebody had the patience\r\n"];
      const timer = setInterval(
        () => (socket.destroyed ? clearInterval(timer) : socket.write(bytes.shift() ?? "")),
        300,
      );
      socket.on("close", () => clearInterval(timer));
    });
    expect((await ask(install(http(port)))).status).toBe(timedOut);
  });

  it("fails where the server sends garbage without an end, and reads little of it", async () => {
    for (const garbage of [Buffer.alloc(65_536, "x"), Buffer.alloc(65_536, 0), Buffer.alloc(65_536, 255)]) {
      let sent = 0;
      const port = await serve((socket) => {
        const more = (): void => {
          while (!socket.destroyed && socket.write(garbage)) sent += garbage.length;
        };
        socket.on("drain", more);
        more();
      });
      const { status } = await ask(install(http(port)));
      expect([1, timedOut]).toContain(status);
      expect(sent).toBeLessThan(64 * 1024 * 1024);
    }
  });

  it("fails where the server closes without a word", async () => {
    const port = await serve((socket) => socket.end());
    expect((await ask(install(http(port)))).status).toBe(1);
  });

  it("ends by itself where the server is so full that it does not even accept", async () => {
    const child = spawn(process.execPath, ["-e", fullServer], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const [data] = await once(child.stdout, "data");
    const port = Number(String(data));
    child.kill("SIGSTOP");
    for (let index = 0; index < 8; index++) {
      const socket = connect(port, "127.0.0.11");
      socket.on("error", () => socket.destroy());
      sockets.push(socket);
    }
    await eventually(() => {
      if (sockets.filter((socket) => !socket.connecting).length < 2) throw new Error("its queue is not full");
    }, 5);
    expect((await ask(install({ kind: "tomcat", port }))).status).toBe(timedOut);
  });
});

const v4 = { cidr: "127.0.0.0/8", first: "127.0.0.11", second: "127.0.0.12", vip: "127.0.0.100/8" };
const v6 = { cidr: "::/64", first: "::1", second: "::2", vip: "::100/64" };

/** Listens with the shortest queue there is, and says its port. */
const fullServer = `
const server = require("node:net").createServer();
server.listen({ port: 0, host: "127.0.0.11", backlog: 1 }, () => console.log(server.address().port));
`;

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Id of the user whose process has an open connection to a port; throws while there is none. */
function userOfConnection(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n")) {
    const [, , remote, state, , , , user] = line.trim().split(/\s+/);
    if (remote?.endsWith(`:${hex}`) === true && state === "01" && user !== undefined) return user;
  }
  throw new Error("nobody is connected");
}
