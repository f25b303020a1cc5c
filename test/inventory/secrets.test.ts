import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jsonProblem } from "../../src/diagnostics/json.ts";
import type { Diagnostic } from "../../src/diagnostics/problem.ts";
import { renderLine, renderPretty } from "../../src/diagnostics/render.ts";
import { problemsOf } from "../../src/inventory/issues.ts";
import { locate, locateFlaws } from "../../src/inventory/locate.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { hostPort, httpUrl, name, port, secret } from "../../src/inventory/values.ts";

const url = z.union([httpUrl, secret]);
const schema = z.strictObject({
  mail: z.strictObject({ smarthost: hostPort, user: name.optional(), password: secret, port: port.optional() }),
  webhook: z.strictObject({ url }).optional(),
  robot: z.strictObject({ url: secret }).optional(),
  tokens: z.record(name, secret).optional(),
  keys: z.array(secret).optional(),
});

async function diagnose(text: string): Promise<readonly Diagnostic[]> {
  const reading = readInventory(text);
  if (!reading.ok) return locateFlaws(reading.text, reading.flaws, "i.yaml");
  const { error } = schema.safeParse(reading.value);
  return locate(reading.text, problemsOf(error?.issues ?? [], reading.value, { schema }), "i.yaml");
}

function everything(diagnostics: readonly Diagnostic[]): string {
  const shown = diagnostics.flatMap((one) => [renderPretty(one), renderLine(one), JSON.stringify(jsonProblem(one))]);
  return [...shown, JSON.stringify(diagnostics)].join("\n");
}

const mail = (rest: string): string => `mail:\n  smarthost: smtp.example:25\n${rest}`;

/** A secret in every wrong place that we could think of; \`S3CR3T\` is its recognisable part. */
const places: Readonly<Record<string, string>> = {
  literal: mail("  password: S3CR3T\n"),
  "literal in quotes": mail('  password: "S3CR3T \\" x"\n'),
  "literal with characters of configs": mail("  password: 'S3CR3T;{}$`'\n"),
  "misspelt key": mail("  passwrd: S3CR3T\n  password: { env: A }\n"),
  "misspelt key in camel case": mail("  userPasword: S3CR3T\n  password: { env: A }\n"),
  "another word for it": mail("  api_key: S3CR3T\n  passphrase: S3CR3T\n  password: { env: A }\n"),
  "wrong type: list": mail("  password: [S3CR3T, S3CR3T]\n"),
  "wrong type: block list": mail("  password:\n    - S3CR3T\n"),
  "wrong type: map": mail("  password: { value: S3CR3T }\n"),
  "wrong type: map with an unknown key": mail("  password: { evn: S3CR3T }\n"),
  "as a key": mail("  password: { S3CR3T }\n"),
  "as a key on its own line": mail("  password:\n    S3CR3T: x\n"),
  "in the name of a variable": mail("  password: { env: 'S3CR3T !' }\n"),
  "in the path of a file": mail("  password: { file: 'S3CR3T !' }\n"),
  "below a reference": mail("  password: { env: { x: S3CR3T } }\n"),
  "two references": mail("  password: { env: A, file: [S3CR3T] }\n"),
  "one level too high": "mail: { password: S3CR3T }\npassword: S3CR3T\n",
  "one level too deep": mail("  password: { env: A }\n  auth: { user: x, password: S3CR3T }\n"),
  "under another section": "smtp:\n  deep:\n    password: S3CR3T\n",
  "in a flow map on one line": "mail: { smarthost: x, port: 70000, password: S3CR3T, user: A_B }\n",
  "in a flow map on several lines": "mail: {\n  port: 70000, password:\n    S3CR3T, user: A_B }\n",
  "beside another mistake": "mail: { smarthost: 'a b', password: S3CR3T }\n",
  "block text": mail("  password: |\n    S3CR3T\n    S3CR3T\n  port: 70000\n"),
  "folded text": mail("  password: >-\n    S3CR3T\n"),
  "plain text on two lines": mail("  password: S3CR3T\n    S3CR3T\n"),
  "quoted text on two lines": mail('  password: "S3CR3T\n    S3CR3T"\n'),
  "with an anchor": mail("  password: &a S3CR3T\n  user: *a\n"),
  "before an alias": mail("  user: &a S3CR3T\n  password: *a\n"),
  "as an alias": mail("  password: *S3CR3T\n"),
  "as a tag": mail("  password: !S3CR3T\n"),
  "as an anchor": mail("  password: &S3CR3T\n  port: 70000\n"),
  "in a URL": mail("  password: { env: A }\nwebhook: { url: 'https://u:S3CR3T@host/' }\n"),
  "in a query": mail("  password: { env: A }\nwebhook: { url: 'https://host/x?token=S3CR3T#' }\n"),
  "URL as a literal": mail("  password: { env: A }\nrobot: { url: https://host/S3CR3T }\n"),
  "in an address": mail("  password: { env: A }\nwebhook: 'smtp://u:S3CR3T@host'\n"),
  "in a record": mail("  password: { env: A }\ntokens: { grafana: S3CR3T }\n"),
  "in a list": mail("  password: { env: A }\nkeys: [S3CR3T]\n"),
  "in a comment": mail("  port: 70000 # the password is: S3CR3T\n"),
  "in an option": mail("  user: '--password=S3CR3T'\n  password: { env: A }\n"),
  "with the colon forgotten": mail("  password S3CR3T\n  user: x\n"),
  "with the space forgotten": mail("  password:S3CR3T\n  user: x\n"),
  "with a quote forgotten": mail("  password: 'S3CR3T\n  user: x\n"),
  "with a bracket forgotten": "mail: { password: S3CR3T\nuser: x\n",
  "after a tab": "mail:\n\tpassword: S3CR3T\n",
  "that begins with @": mail("  password: @S3CR3T\n"),
  "that begins with %": mail("  password: %S3CR3T\n"),
  "with a colon in it": mail("  password: S3CR3T: S3CR3T\n"),
  "below the mistake of another": mail("  password:\n    S3CR3T\n   x: y\n"),
  twice: mail("  password: S3CR3T\n  password: S3CR3T\n"),
  "twice under itself": mail("  password: { S3CR3T: 1, S3CR3T: 2 }\n"),
  "private key": mail("  user: |\n    -----BEGIN RSA PRIVATE KEY-----\n    S3CR3T\n  password: { env: A }\n"),
};

describe("a secret is never shown", () => {
  test.each(Object.entries(places))("%s", async (_name, text) => {
    expect(text).toContain("S3CR3T");
    const diagnostics = await diagnose(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(everything(diagnostics)).not.toContain("S3CR3T");
  });
});

test("a literal is a literal-secret, with the way to write it", async () => {
  const [found] = await diagnose(places["literal"] ?? "");
  expect(found).toMatchObject({ code: "literal-secret", line: 3, column: 13, path: "mail.password" });
  expect(found?.hint).toBe("write { env: NAME }, { file: PATH } or { host_file: PATH }");
  expect(found?.excerpt?.text).toBe("  password: ********");
});

test("a reference is shown as it stands", async () => {
  const [found] = await diagnose(
    "mail: { smarthost: 'a b', password: { file: secrets/smtp } }\nrobot: { url: { env: BOT_URL } }\n",
  );
  expect(found?.excerpt?.text).toBe("mail: { smarthost: 'a b', password: { file: secrets/smtp } }");
});

test("what is no secret is shown in messages and excerpts", async () => {
  const [found] = await diagnose(mail("  password: { env: A }\n  port: 70000\n"));
  expect(found?.message).toBe("port is 70000, which is not between 1 and 65535");
  expect(found?.excerpt?.text).toBe("  port: 70000");
});
