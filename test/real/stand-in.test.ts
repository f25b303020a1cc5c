import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fillIn } from "./lab/stand-in/environment.ts";
import { readUnit, split } from "./lab/stand-in/unit-file.ts";
import { describeWith } from "./tool.ts";

describe("the stand-in for systemd", () => {
  it("refuses every key that it does not honour, unless a test leaves it out knowingly", () => {
    const unit = "[Service]\nExecStart=/bin/true\nWatchdogSec=3\nNice=5\n";
    expect(() => readUnit("a.service", [unit], ["Service.Nice"])).toThrow("does not honour Service.WatchdogSec");
    expect(readUnit("a.service", [unit], ["Service.Nice", "Service.WatchdogSec"]).type).toBe("simple");
  });

  it("refuses values that it does not know", () => {
    const withLine = (line: string) => () => readUnit("a.service", [`[Service]\nExecStart=/bin/true\n${line}\n`]);
    expect(withLine("Type=dbus")).toThrow("Service.Type=dbus");
    expect(withLine("Restart=on-watchdog")).toThrow("Service.Restart=on-watchdog");
    expect(withLine("ExecStop=/bin/kill %n")).toThrow("specifiers");
    expect(withLine("ExecStop=@/bin/kill x")).toThrow("begins with @");
    expect(withLine("RestartSec=2 fortnights")).toThrow("no time span");
    expect(withLine("nonsense")).toThrow("no assignment");
  });

  it("adds the commands of drop-ins, and begins anew after an empty one", () => {
    const base = "[Service]\nExecStart=/bin/a\nExecStopPost=/bin/b\n";
    const more = '[Service]\nExecStart=\nExecStart=/bin/c $ARGS\nExecStopPost=-+/bin/sh -c "echo 1 >/run/x"\n';
    const { commands } = readUnit("a.service", [base, more]);
    expect(commands.ExecStart).toEqual([{ words: ["/bin/c", "$ARGS"], mayFail: false }]);
    expect(commands.ExecStopPost).toEqual([
      { words: ["/bin/b"], mayFail: false },
      { words: ["/bin/sh", "-c", "echo 1 >/run/x"], mayFail: true },
    ]);
  });

  it("splits words and fills in variables as systemd does", () => {
    expect(split(`a 'b c' "d \\"e" f\\ g`)).toEqual(["a", "b c", 'd "e', "f g"]);
    const values = { ARGS: "-a 'b c'", PORT: "1" };
    expect(["$ARGS", "x\u0024{PORT}y", "$$HOME", "$NONE"].flatMap((word) => fillIn(word, values))).toEqual([
      ...["-a", "b c", "x1y", "$HOME"],
    ]);
  });
});

describeWith(["nginx", "keepalived"], "units of the distribution", () => {
  it("are read by the stand-in for systemd as they are", () => {
    const [nginx, keepalived] = ["nginx", "keepalived"].map((name) =>
      readUnit(`${name}.service`, [readFileSync(`/lib/systemd/system/${name}.service`, "utf8")]),
    );
    expect(nginx).toMatchObject({ type: "forking", pidFile: "/run/nginx.pid", killMode: "mixed", stopTimeoutMs: 5000 });
    expect(keepalived).toMatchObject({ type: "notify", restart: "no", killMode: "control-group" });
  });
});
