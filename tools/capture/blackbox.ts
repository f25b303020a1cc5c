import { createSocket } from "node:dgram";
import { printBlackboxConfig } from "../../src/catalog/blackbox/config.ts";
import { blackboxSettings } from "../../src/catalog/blackbox/settings.ts";
import type { Bench } from "../../test/real/lab/bench.ts";
import { type Certificate, makeCertificate } from "../../test/real/lab/servers/certificate.ts";
import { startNginx } from "../../test/real/lab/servers/nginx.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { scrape } from "./scrape.ts";
import { merge, type SeenFamily } from "./text-format.ts";

/** The blackbox exporter with our own config: its metrics, and what each prober shows of endpoints on this machine. */
export async function captureBlackbox(
  bench: Bench,
): Promise<{ readonly own: Capture; readonly probes: Readonly<Record<string, Capture["families"]>> }> {
  const certificate = await makeCertificate(bench, "one.example");
  const [plain, tls] = await startSites(bench, certificate);
  const dns = await startDns();
  try {
    const settings = blackboxSettings.parse({ ca_file: certificate.certificate });
    const config = await bench.write("blackbox.yml", printBlackboxConfig(settings));
    const port = await bench.freePort();
    bench.start("prometheus-blackbox-exporter", [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`]);
    const own = `http://127.0.0.1:${port}/metrics`;
    const text = await eventually(() => get(own));
    const probe = async (module: string, target: string): Promise<ReadonlyMap<string, SeenFamily>> => {
      const url = `http://127.0.0.1:${port}/probe?${new URLSearchParams({ module, target, hostname: "one.example" })}`;
      if (!/^probe_success 1$/m.test(await get(url))) throw new Error(`${module} of ${target} failed`);
      return scrape(url);
    };
    const by = async (...asked: readonly (readonly [string, string])[]): Promise<Capture["families"]> =>
      families(merge(await Promise.all(asked.map(([module, target]) => probe(module, target)))));
    const probes = {
      http: await by(
        ["http_2xx", `http://127.0.0.1:${plain}/`],
        ["http_2xx", `https://127.0.0.1:${tls}/`],
        ["https_any", `https://127.0.0.1:${tls}/`],
      ),
      tcp: await by(["tcp_connect", `127.0.0.1:${plain}`], ["tls_connect", `127.0.0.1:${tls}`]),
      icmp: await by(["icmp", "127.0.0.1"]),
      dns: await by(["dns_udp", `127.0.0.1:${dns.port}`]),
    };
    const capture = {
      exporter: "blackbox_exporter",
      version: versionIn(text),
      flags: [],
      source: "with the config that is generated for hosts",
      families: families(await scrape(own)),
    };
    return { own: capture, probes };
  } finally {
    dns.close();
  }
}

async function startSites(bench: Bench, { certificate, key }: Certificate): Promise<readonly [number, number]> {
  const [plain, tls] = [await bench.freePort(), await bench.freePort()];
  const listing = [
    "server {",
    `    listen 127.0.0.1:${plain};`,
    `    listen 127.0.0.1:${tls} ssl;`,
    `    ssl_certificate ${certificate};`,
    `    ssl_certificate_key ${key};`,
    '    location / { add_header Last-Modified "Thu, 01 Jan 2026 00:00:00 GMT"; return 200 "well\\n"; }',
    "  }",
  ];
  await startNginx(bench, [listing.join("\n")]);
  await eventually(() => get(`http://127.0.0.1:${plain}/`));
  return [plain, tls];
}

/** A name server that answers every question with no records. */
async function startDns(): Promise<{ readonly port: number; readonly close: () => void }> {
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x8180, 2);
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { port: socket.address().port, close: () => socket.close() };
}
