import { stat } from "node:fs/promises";
import type { Log } from "../log.ts";
import { readToken, type Token } from "./token.ts";
import { readWebConfig, type WebRules } from "./web-config.ts";

/** Who may ask, as the files say that are in force. */
export interface Access extends WebRules {
  readonly token: Token | undefined;
}

/** The files behind it. */
export interface AccessFiles {
  readonly webConfigFile: string | undefined;
  readonly tokenFile: string | undefined;
}

/** Keeps web config and token in force while their files change. */
export interface AccessKeeper {
  readonly current: () => Access;
  /** Why the files as they are now are not in force; undefined where they are. */
  readonly failure: () => string | undefined;
  /** Looks at the files every second; `changed` is called with what is in force from now on. */
  readonly follow: (changed: (access: Access) => void) => void;
  readonly end: () => void;
}

const everyMs = 1_000;

/** Whether a request has to prove who it comes from. TLS alone proves only who we are. */
export function isAuthenticated({ token, users, tls }: Access): boolean {
  return token !== undefined || users.size > 0 || tls?.provesClients === true;
}

/**
 * Reads the files for the first time; rejects with `WebConfigError` or `TokenError`. Later on, files that cannot be used,
 * or that would leave an open service without authentication, are logged, and what was in force stays so.
 */
export async function keepAccess(
  files: AccessFiles,
  { log, mustAuthenticate }: { readonly log: Log; readonly mustAuthenticate: boolean },
): Promise<AccessKeeper> {
  let current = await readAccess(files);
  let failure: string | undefined;
  let seen = await stamps(files, current);
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  const fail = (reason: string): void => {
    if (reason !== failure)
      log.error("the access files cannot be used; what was in force stays so", { "error.message": reason });
    failure = reason;
  };
  const look = async (): Promise<Access | undefined> => {
    const now = await stamps(files, current);
    // After a failure also without a change: what was missing may be a file that is not among these.
    if (now === seen && failure === undefined) return undefined;
    seen = now;
    try {
      const next = await readAccess(files);
      if (mustAuthenticate && !isAuthenticated(next)) {
        fail(
          `${files.webConfigFile} has no users and no client certificates any more, and the service listens beyond loopback`,
        );
        return undefined;
      }
      current = next;
      failure = undefined;
      seen = await stamps(files, next);
      log.info("the access files are in force", { files: filesOf(files, next) });
      return next;
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  return {
    current: () => current,
    failure: () => failure,
    follow: (changed) => {
      timer = setInterval(() => {
        if (isLooking) return;
        isLooking = true;
        void look()
          .then((access) => access && changed(access))
          .finally(() => {
            isLooking = false;
          });
      }, everyMs);
      timer.unref();
    },
    end: () => clearInterval(timer),
  };
}

async function readAccess({ webConfigFile, tokenFile }: AccessFiles): Promise<Access> {
  const rules: WebRules =
    webConfigFile === undefined
      ? { tls: undefined, headers: {}, users: new Map(), files: [] }
      : await readWebConfig(webConfigFile);
  return { ...rules, token: tokenFile === undefined ? undefined : await readToken(tokenFile) };
}

function filesOf({ tokenFile }: AccessFiles, { files }: Access): readonly string[] {
  return tokenFile === undefined ? files : [...files, tokenFile];
}

/** What tells a changed file: also one that was put in the place of another, by rename or by a link. */
async function stamps(files: AccessFiles, access: Access): Promise<string> {
  const each = filesOf(files, access).map(async (file) => {
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(file);
      return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
    } catch {
      return "gone";
    }
  });
  return (await Promise.all(each)).join("\n");
}
