import { createServer } from "node:net";

/** A port for each name: the usual one where it is free, else any that is. */
export async function freePorts<Name extends string>(
  usual: Readonly<Record<Name, number>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(usual).filter((name): name is Name => name in usual);
  // All are held until the last one is found, so that none is given twice.
  const held = await Promise.all(names.map(async (name) => (await hold(usual[name])) ?? (await hold(0))));
  const found = names.map((name, index) => [name, held[index]?.port] as const);
  await Promise.all(held.map((each) => each?.release()));
  const missing = found.find(([, port]) => port === undefined);
  if (missing !== undefined) throw new Error(`no port of 127.0.0.1 is free for ${missing[0]}`);
  const ports: Record<Name, number> = { ...usual };
  for (const [name, port] of found) if (port !== undefined) ports[name] = port;
  return ports;
}

/** Whether a port of loopback can be listened on. */
export async function isFree(port: number): Promise<boolean> {
  const held = await hold(port);
  await held?.release();
  return held !== undefined;
}

function hold(port: number): Promise<{ readonly port: number; readonly release: () => Promise<void> } | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      if (address === null || typeof address === "string") return resolve(undefined);
      const release = (): Promise<void> => new Promise((done) => server.close(() => done()));
      resolve({ port: address.port, release });
    });
  });
}
