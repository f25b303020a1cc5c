import { connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that can be closed: then connections are refused, and those that exist end. */
export interface Gate {
  readonly url: string;
  readonly close: () => Promise<void>;
  readonly open: () => Promise<void>;
}

export async function openGate(to: string): Promise<Gate> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.once("close", () => sockets.delete(socket)).on("error", () => undefined);
  };
  const listen = async (at: number): Promise<Server> => {
    const server = createServer((incoming) => {
      const outgoing = keep(connect(Number(port), hostname));
      keep(incoming).pipe(outgoing).pipe(incoming);
      incoming.once("close", () => outgoing.destroy());
      outgoing.once("close", () => incoming.destroy());
    });
    await new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
    return server;
  };
  let server: Server | undefined = await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      const closing = server;
      server = undefined;
      if (closing === undefined) return;
      const closed = new Promise((resolve) => closing.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async open() {
      server ??= await listen(address.port);
    },
  };
}
