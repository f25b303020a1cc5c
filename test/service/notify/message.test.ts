import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dingtalkPayload } from "../../../src/service/notify/channels/dingtalk.ts";
import { smsPayload } from "../../../src/service/notify/channels/sms.ts";
import { wecomPayload } from "../../../src/service/notify/channels/wecom.ts";
import { wecomRobotPayload } from "../../../src/service/notify/channels/wecom-robot.ts";
import { compose } from "../../../src/service/notify/message/compose.ts";
import { bytesOf, cut } from "../../../src/service/notify/message/cut.ts";
import { dingtalkMarkdown, linkAddress, plain, wecomMarkdown } from "../../../src/service/notify/message/style.ts";
import { type AlertInput, mysqlDown, notificationOf, origin } from "./setting.ts";

const room = { style: plain, limit: 10_000, measure: bytesOf, listed: 10 };

function contentOf(payload: object, key: "text" | "markdown"): string {
  const part: unknown = new Map(Object.entries(payload)).get(key);
  const found = typeof part === "object" && part !== null ? new Map<string, unknown>(Object.entries(part)) : new Map();
  const content: unknown = found.get("content") ?? found.get("text");
  if (typeof content !== "string") throw new Error(`no content in ${JSON.stringify(payload)}`);
  return content;
}

/** Several alerts of one group. */
function many(count: number, more: AlertInput = {}): readonly AlertInput[] {
  return Array.from({ length: count }, (_, index) => ({
    annotations: { summary: `MySQL on db${index} is down` },
    ...more,
    labels: { host: `db${index}`, ...more.labels },
  }));
}

describe("a message", () => {
  test("tells what it is, where, since when in the platform's time, and where to look", () => {
    expect(compose([mysqlDown], origin, room).split("\n")).toEqual([
      "CRITICAL: MySQL on db1 is down",
      "meishi production; service orders-db; host db1; owner dba; 1 firing; since 2026-11-21 02:14 Asia/Shanghai",
      "Runbook: https://runbooks.meishi.example/MysqlDown",
      "Dashboard: https://grafana.meishi.example/d/mysql",
    ]);
  });

  test("lists several alerts, the worst and oldest first, and those that have ended last and marked", () => {
    const text = compose(
      [
        notificationOf([
          { status: "resolved", labels: { host: "db9" }, annotations: { summary: "db9 is down" } },
          { labels: { severity: "warning", host: "db2" }, annotations: { summary: "db2 is slow" } },
          { labels: { host: "db3" }, annotations: { summary: "db3 is down" }, startsAt: "2026-11-20T18:20:00Z" },
          { labels: { host: "db4" }, annotations: { summary: "db4 is down" } },
        ]),
      ],
      origin,
      room,
    );
    expect(text.split("\n")).toEqual([
      "CRITICAL: db4 is down (+3 more)",
      "meishi production; hosts db2, db3, db4; 3 firing, 1 resolved; since 2026-11-21 02:14 Asia/Shanghai",
      "- db4 is down; since 2026-11-21 02:14 Asia/Shanghai",
      "- db3 is down; since 2026-11-21 02:20 Asia/Shanghai",
      "- db2 is slow; since 2026-11-21 02:14 Asia/Shanghai",
      "- RESOLVED db9 is down; since 2026-11-21 02:14 Asia/Shanghai",
    ]);
  });

  test("says in the first line that all is over", () => {
    const over = notificationOf([{ status: "resolved", annotations: { summary: "MySQL on db1 is down" } }]);
    expect(compose([over], origin, room)).toMatch(/^RESOLVED \(CRITICAL\): MySQL on db1 is down\n/);
  });

  test("lists so many alerts and counts the rest", () => {
    const lines = compose([notificationOf(many(22))], origin, room).split("\n");
    expect(lines).toHaveLength(2 + 10 + 1);
    expect(lines.at(-1)).toBe("- and 12 more alerts");
  });

  test("lists fewer alerts where there is little room, and is cut only where not even one has room", () => {
    const small = compose([notificationOf(many(22))], origin, { ...room, limit: 400 });
    expect(small).toContain("and 19 more alerts");
    expect(small).not.toContain("...");
    const tiny = compose([notificationOf(many(22))], origin, { ...room, limit: 60 });
    expect(tiny).toMatch(/^CRITICAL: MySQL on db0 is down \(\+21 more\)\nmeishi.*\.\.\.$/);
  });

  test("of several notifications has each one's first line, or says how many are missing", () => {
    const groups = Array.from({ length: 30 }, (_, index) =>
      notificationOf([{ annotations: { summary: `thing ${index} is down` } }], `group ${index}`),
    );
    const all = compose(groups, origin, { ...room, limit: 10_000 });
    for (let index = 0; index < 30; index++) expect(all).toContain(`thing ${index} is down`);
    expect(compose(groups, origin, { ...room, limit: 1_000 })).toMatch(/and \d+ more notifications$/);
  });

  test("names the alert where it has no summary", () => {
    const bare = notificationOf([{ labels: { instance: "db1:9104" } }]);
    expect(compose([bare], origin, room)).toMatch(/^CRITICAL: MysqlDown db1:9104\n/);
  });
});

describe("values of labels and annotations", () => {
  const hostile =
    '[click](https://evil.example) **x** `y` <@all> <font color="info">z</font>\n# big\u202e\u0000 ![i](https://evil.example/p)';

  test.each([
    ["WeCom", wecomMarkdown],
    ["DingTalk", dingtalkMarkdown],
  ])("cannot pose as markdown of %s", (_, style) => {
    const text = compose([notificationOf([{ annotations: { summary: hostile }, labels: { host: hostile } }])], origin, {
      ...room,
      style,
    });
    const [head = "", ...rest] = text.split(style.newline);
    expect(head.slice(2, -2)).not.toMatch(/[[\]*`<>#\p{Cc}\u202e]/u);
    expect(rest).toHaveLength(1);
    expect(rest.join("")).not.toMatch(/[[\]*`<>#\p{Cc}\u202e]/u);
  });

  test("cannot make a link in the text of a WeCom application", () => {
    const linked = notificationOf([{ annotations: { summary: '<a href="https://evil.example">here</a>' } }]);
    expect(
      contentOf(wecomPayload({ agentId: "1", toParty: undefined, toUser: undefined }, [linked], origin), "text"),
    ).not.toContain("<a");
  });

  test("become a link only as a web address, which cannot end early", () => {
    expect(linkAddress("https://a.example/x)](https://evil.example")).toBe(
      "https://a.example/x%29%5D%28https://evil.example",
    );
    expect(linkAddress("javascript:alert(1)")).toBeUndefined();
    expect(linkAddress("no address")).toBeUndefined();
  });
});

describe("limits of the gateways", () => {
  const words = fc.string({
    unit: fc.constantFrom("a", " ", "数", "据", "👩‍👩‍👧", "é", "\u0301", '"', "\\", "\n", "<"),
    maxLength: 3_000,
  });
  const notifications = fc
    .array(
      fc.record({
        annotations: fc.record({ summary: words }),
        labels: fc.record({ host: words, service: words }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .chain((alerts) =>
      fc.integer({ min: 1, max: 20 }).map((count) => Array.from({ length: count }, () => notificationOf(alerts))),
    );

  test("hold for every message, whatever is in it", () => {
    fc.assert(
      fc.property(notifications, (several) => {
        const to = { agentId: "1000002", toParty: "2", toUser: undefined };
        expect(bytesOf(contentOf(wecomPayload(to, several, origin), "text"))).toBeLessThanOrEqual(2048);
        expect(bytesOf(contentOf(wecomRobotPayload(several, origin), "markdown"))).toBeLessThanOrEqual(4096);
        expect(bytesOf(JSON.stringify(dingtalkPayload(several, origin)))).toBeLessThanOrEqual(20_000);
        const [first] = several;
        if (first !== undefined) expect(smsPayload(first, origin, "oncall").text.length).toBeLessThanOrEqual(160);
      }),
      { numRuns: 25 },
    );
  });

  test("are kept by a cut that tears no character and loses no more than it must", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 3, max: 500 }), (text, limit) => {
        const short = cut(text, { limit, measure: bytesOf, ellipsis: "…" });
        expect(bytesOf(short)).toBeLessThanOrEqual(limit);
        if (bytesOf(text) <= limit) expect(short).toBe(text);
        else {
          const kept = short.slice(0, -1);
          expect(text.startsWith(kept)).toBe(true);
          expect(short.at(-1)).toBe("…");
          const next = [...new Intl.Segmenter("en").segment(text)].find(({ index }) => index === kept.length);
          expect(next).toBeDefined();
          expect(bytesOf(`${kept}${next?.segment}…`)).toBeGreaterThan(limit);
        }
      }),
    );
  });
});

describe("payloads", () => {
  test("an SMS gateway gets a short text and the facts", () => {
    expect(smsPayload(mysqlDown, origin, "oncall")).toEqual({
      version: 1,
      id: mysqlDown.key,
      platform: "meishi",
      environment: "production",
      receiver: "oncall",
      status: "firing",
      severity: "critical",
      text: expect.stringMatching(/^CRITICAL: MySQL on db1 is down\nmeishi production; service orders-db/),
      alerts: ["MysqlDown"],
      firing: 1,
      resolved: 0,
    });
  });

  test("an SMS is plain ASCII where the values are, for else it is sent in three parts", () => {
    const long = notificationOf([{ annotations: { summary: "MySQL on db1 is down ".repeat(20) } }]);
    for (const { text } of [smsPayload(mysqlDown, origin, "oncall"), smsPayload(long, origin, "oncall")])
      expect(text).toMatch(/^[ -~\n]{100,160}$/);
  });

  test("a WeCom application sends text to the party and users, or to all where none are named", () => {
    const to = { agentId: "1000002", toParty: "2|3", toUser: "li" };
    expect(wecomPayload(to, [mysqlDown], origin)).toMatchObject({
      touser: "li",
      toparty: "2|3",
      agentid: 1000002,
      msgtype: "text",
      enable_duplicate_check: 1,
    });
    const nobody = { agentId: "1000002", toParty: undefined, toUser: undefined };
    expect(wecomPayload(nobody, [mysqlDown], origin)).toMatchObject({ touser: "@all" });
    expect(wecomPayload({ ...nobody, toParty: "2" }, [mysqlDown], origin)).not.toHaveProperty("touser");
  });

  test("robots get markdown; DingTalk's title is the first line", () => {
    expect(wecomRobotPayload([mysqlDown], origin)).toEqual({
      msgtype: "markdown",
      markdown: { content: expect.stringContaining("[Runbook](https://runbooks.meishi.example/MysqlDown)") },
    });
    expect(dingtalkPayload([mysqlDown], origin)).toEqual({
      msgtype: "markdown",
      markdown: {
        title: "CRITICAL: MySQL on db1 is down",
        text: expect.stringMatching(/^\*\*CRITICAL: .*\*\*\n\nmeishi/),
      },
    });
  });
});
