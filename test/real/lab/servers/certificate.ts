import type { Place } from "../place.ts";

/** Paths of a certificate that vouches for itself, and of its key. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate for one host name, good for 30 days. */
export async function makeCertificate(place: Place, hostname: string): Promise<Certificate> {
  const [certificate, key] = [place.path(`${hostname}.crt`), place.path(`${hostname}.key`)];
  await place.run("openssl", [
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30".split(" "),
    ...`-subj /CN=${hostname} -addext subjectAltName=DNS:${hostname}`.split(" "),
    "-keyout",
    key,
    "-out",
    certificate,
  ]);
  return { certificate, key };
}
