import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeCertificate } from "./lab/servers/certificate.ts";
import { type Balancer, startBalancer } from "./nginx/balancer.ts";
import { describeInLab } from "./tool.ts";

const inventory = `
version: 1
platform: example
segments:
  front: { cidr: 198.51.100.0/24, interface: eth0 }
  loop: { cidr: 127.0.0.0/8, interface: lo }
hosts:
  lb1: { addresses: { front: 198.51.100.11, loop: 127.0.0.11 } }
  app1: { address: 127.0.0.21, segment: loop }
services:
  edge:
    kind: nginx
    hosts: [lb1]
    nginx:
      sites:
        - server_name: shop.example.org
          routes:
            - { path: /, to: plain }
            - { path: /partner, to: partner, strip_prefix: true, upstream_tls: true }
            - { path: /own, to: own, upstream_tls: { server_name: own.example.org, ca: { host_file: /work/own.example.org.crt } } }
            - { path: /impostor, to: impostor, upstream_tls: true }
            - { path: /unknown-ca, to: unknown-ca, upstream_tls: true }
  plain: { kind: nodejs, hosts: [app1], port: 3000 }
  own: { kind: custom, hosts: [app1], port: 3443 }
  partner: { kind: custom, external: ["api.partner.example:8443"] }
  impostor: { kind: custom, external: ["impostor.partner.example:8443"] }
  unknown-ca: { kind: custom, external: ["unknown.partner.example:8444"] }
`;

const partner = "api.partner.example";
const own = "own.example.org";
const unknown = "unknown.partner.example";

describeInLab(["nginx", "openssl"], "nginx in front of services that speak TLS", () => {
  let edge: Balancer;

  beforeAll(async () => {
    const usual = { address: "198.51.100.11", port: 80, host: "shop.example.org" };
    edge = await startBalancer(inventory, usual, async (machine) => {
      machine.install("/etc/hosts", `127.0.0.41 ${partner} impostor.partner.example ${unknown}\n`);
      for (const name of [partner, own, unknown]) await makeCertificate(machine, name);
      await machine.run("mkdir", ["-p", "/etc/ssl/certs"]);
      // A system that trusts the partner, and nobody else.
      await machine.run("cp", [`/work/${partner}.crt`, "/etc/ssl/certs/ca-certificates.crt"]);
    });
    const identity = (name: string) => ({
      certificate: join(edge.root, `work/${name}.crt`),
      key: join(edge.root, `work/${name}.key`),
      speaks: "https" as const,
    });
    await edge.start({ name: "plain", address: "127.0.0.21", port: 3000, speaks: "http" });
    await edge.start({ name: "partner", address: "127.0.0.41", port: 8443, ...identity(partner) });
    await edge.start({ name: "unknown", address: "127.0.0.41", port: 8444, ...identity(unknown) });
    await edge.start({ name: "own", address: "127.0.0.21", port: 3443, ...identity(own) });
  });
  afterAll(() => edge?.clear());

  /** What a service was asked, as it tells. */
  async function asked(path: string): Promise<unknown> {
    const { status, body } = await edge.get(path);
    expect(status).toBe(200);
    return JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1));
  }

  it("asks what others run by its own name, in the handshake and in the request", async () => {
    expect(await asked("/partner/orders?id=1")).toMatchObject({
      name: "partner",
      url: "/orders?id=1",
      servername: partner,
      headers: { host: `${partner}:8443`, "x-forwarded-host": "shop.example.org", "x-forwarded-proto": "http" },
    });
  });

  it("asks what we run by the certificate's name, and for the client's host", async () => {
    expect(await asked("/own/x")).toMatchObject({
      name: "own",
      url: "/own/x",
      servername: own,
      headers: { host: "shop.example.org" },
    });
  });

  it("leaves services without TLS as they are", async () => {
    expect(await asked("/")).toMatchObject({ name: "plain", headers: { host: "shop.example.org" } });
  });

  it("sends nothing to whoever has a certificate for another name, or of a CA that nobody trusts", async () => {
    expect((await edge.get("/impostor/x")).status).toBe(502);
    expect((await edge.get("/unknown-ca/x")).status).toBe(502);
  });
});
