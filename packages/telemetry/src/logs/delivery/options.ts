/** Where log records go and within which bounds; it can be cloned into a worker thread. It holds no secret, only paths. */
export interface DeliveryOptions {
  /** Addresses of one cluster, `http://` or `https://`, perhaps with a path; requests are spread over those that work. */
  readonly urls: readonly string[];
  /** Data stream, for example `logs-nodejs.app-default`. */
  readonly dataStream: string;
  /** With `passwordFile`: basic authentication. */
  readonly username?: string | undefined;
  /** The file is read again when it changes; blanks around its content do not count. */
  readonly passwordFile?: string | undefined;
  /** File with the encoded API key; wins over `username`. */
  readonly apiKeyFile?: string | undefined;
  /** PEM file with the certificate authority of `https://` addresses, in place of those that Node.js knows. */
  readonly caFile?: string | undefined;
  /** Where records are kept that the store refuses for good. Its folder has to exist. */
  readonly deadLetterFile: string;
  readonly limits?: Partial<DeliveryLimits> | undefined;
}

export interface DeliveryLimits {
  /** Bytes of a request's body; a single longer record travels alone. Proxies commonly refuse more than 1 MiB. */
  readonly maxRequestBytes: number;
  /** Time for a new connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Time for a whole request and its answer, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** The longest first pause after a failure, in milliseconds; doubled with each further one. */
  readonly firstPauseMs: number;
  /** The longest pause of all, in milliseconds. */
  readonly maxPauseMs: number;
  /** The pause after an answer that only a person can change (no rights, no such address), in milliseconds. */
  readonly refusedPauseMs: number;
  /** Size of the dead-letter file, in bytes. */
  readonly maxDeadLetterBytes: number;
}

export const defaultLimits: DeliveryLimits = {
  maxRequestBytes: 1_000_000,
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 60_000,
  firstPauseMs: 200,
  maxPauseMs: 15_000,
  refusedPauseMs: 30_000,
  maxDeadLetterBytes: 64 * 2 ** 20,
};
