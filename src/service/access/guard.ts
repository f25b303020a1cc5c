import { isIP } from "node:net";
import type { Request, RequestHandler, Response } from "express";
import type { Log } from "../log.ts";
import { bareAddress, isLoopback } from "../peer.ts";
import { type Access, isAuthenticated } from "./access.ts";
import type { PasswordChecker } from "./passwords.ts";

/** User name under which a browser may give the token as its password. */
const tokenUser = "token";

/** Lets pass who may ask; 401 for everybody else, 503 where too many passwords wait to be compared. */
export function guard(
  access: () => Access,
  { passwords, log }: { readonly passwords: PasswordChecker; readonly log: Log },
): RequestHandler {
  const refused = oncePerMinute((count, request) =>
    log.warn("requests without the right credentials", {
      count,
      "client.ip": bareAddress(request.socket.remoteAddress ?? ""),
      "url.path": request.path.slice(0, 200),
    }),
  );
  return async (request, response, next) => {
    const current = access();
    if (!isAuthenticated(current)) {
      if (isOwnName(request.headers.host)) next();
      else refuse(response, 403, "without authentication the service answers to localhost and to addresses only");
      return;
    }
    const needsMore = current.token !== undefined || current.users.size > 0;
    const verdict = needsMore ? await judge(request.headers.authorization, current, passwords) : true;
    if (verdict === true) {
      next();
      return;
    }
    if (verdict === undefined) {
      response.setHeader("retry-after", "5");
      refuse(response, 503, "too many passwords are being compared; ask again in some seconds");
      return;
    }
    refused(request);
    response.setHeader("www-authenticate", 'Basic realm="stackwright", charset="UTF-8"');
    if (current.token !== undefined) response.appendHeader("www-authenticate", 'Bearer realm="stackwright"');
    refuse(
      response,
      401,
      "who are you? Send the bearer token, or log in; a browser may give it as the password of the user token",
    );
  };
}

/** Headers that proxies and browsers add. */
const foreign = [
  ...["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"],
  ...["origin", "sec-fetch-site"],
];

/** Whether a request comes from this machine, and from no browser and no proxy on it. */
export function isFromThisMachine({ headers, socket }: Pick<Request, "headers" | "socket">): boolean {
  const isLocal = isLoopback(socket.remoteAddress ?? "") && isOwnName(headers.host);
  return isLocal && !foreign.some((name) => name in headers);
}

/** Lets pass only what comes from this machine. */
export const loopbackOnly: RequestHandler = (request, response, next) => {
  if (isFromThisMachine(request)) next();
  else refuse(response, 403, "the bridge is for Alertmanager on this machine, over loopback");
};

/** True, false, or undefined where it cannot be told now. */
async function judge(
  authorization: string | undefined,
  { token, users }: Access,
  passwords: PasswordChecker,
): Promise<boolean | undefined> {
  const [, scheme = "", credentials = ""] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? "") ?? [];
  if (scheme.toLowerCase() === "bearer") return token?.isEqual(credentials) ?? false;
  if (scheme === "") return false;
  const decoded = Buffer.from(credentials, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 0) return false;
  const [user, password] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
  const hash = users.get(user);
  if (hash === undefined && user === tokenUser && token !== undefined) return token.isEqual(password);
  // For a user that does not exist another one's hash is computed, so that the time does not tell which do.
  const [someHash] = users.values();
  if (someHash === undefined) return false;
  const isRight = await passwords.check(password, hash ?? someHash);
  return isRight === undefined ? undefined : isRight && hash !== undefined;
}

/**
 * Whether a `Host` is an address or localhost. A page of somebody else's in a browser on this machine can reach a
 * service without authentication under a name that it makes point to 127.0.0.1, but not under these.
 */
function isOwnName(host: string | undefined): boolean {
  const name = (host ?? "")
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  return name === "localhost" || isIP(name) !== 0;
}

function refuse(response: Response, status: number, message: string): void {
  response.status(status).type("text/plain").send(`${message}\n`);
}

function oncePerMinute(tell: (count: number, request: Request) => void): (request: Request) => void {
  let count = 0;
  let next = 0;
  return (request) => {
    count++;
    if (Date.now() < next) return;
    tell(count, request);
    count = 0;
    next = Date.now() + 60_000;
  };
}
