import express, { type NextFunction, type Request, type Response } from "express";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { patchExpress } from "../../../packages/telemetry/src/requests/express.ts";
import { type Observed, observe, serving } from "./observed.ts";

beforeAll(() => {
  patchExpress(express);
  // The library may come by twice, by `import` and by `require`.
  patchExpress(express);
});

describe("the route of a request to Express", () => {
  let seen: Observed;
  beforeEach(() => {
    seen = observe();
  });
  afterEach(() => seen.stop());

  /** Routes of the requests to these paths, as the spans have them. */
  async function routesOf(app: express.Express, paths: readonly string[]): Promise<readonly unknown[]> {
    await serving(app, async (base) => {
      for (const [done, path] of paths.entries()) {
        await (await fetch(base + path)).text();
        await seen.finished(done + 1);
      }
    });
    return seen.spans().map((span) => span.attributes["http.route"]);
  }

  it("is the template, through routers in routers and mounted applications", async () => {
    const app = express();
    const dishes = express.Router({ mergeParams: true });
    dishes.get("/", (_, response) => response.send("all"));
    dishes.get("/:dish", (_, response) => response.send("one"));
    const tenants = express.Router();
    tenants.use("/:tenant/dishes", dishes);
    app.use("/tenants", tenants);
    const admin = express();
    admin.get("/users/:id", (_, response) => response.send("user"));
    app.use("/admin", admin);
    app.get("/", (_, response) => response.send("root"));
    const routes = await routesOf(app, ["/", "/tenants/7/dishes", "/tenants/7/dishes/42?x=1", "/admin/users/1"]);
    expect(routes).toEqual(["/", "/tenants/:tenant/dishes", "/tenants/:tenant/dishes/:dish", "/admin/users/:id"]);
    expect(seen.spans().map(({ name }) => name)).toEqual(routes.map((route) => `GET ${route}`));
    expect(await seen.counts()).toHaveLength(4);
  });

  it("is as it was declared, in whatever case and encoding the path was asked for", async () => {
    const app = express();
    const users = express.Router();
    users.get("/:id/Profile", (_, response) => response.send("ok"));
    app.use("/Users", users);
    const routes = await routesOf(app, ["/users/1/profile", "/USERS/2/PROFILE", "/uSeRs/%34/profile/"]);
    expect(new Set(routes)).toEqual(new Set(["/Users/:id/Profile"]));
    expect(await seen.counts()).toHaveLength(1);
  });

  it("is a regular expression or a list where it was declared as one", async () => {
    const app = express();
    app.get(/^\/v\d+$/, (_, response) => response.send("ok"));
    app.get(["/one", "/two/:id"], (_, response) => response.send("ok"));
    app.use(
      ["/a", "/b"],
      express.Router().get("/c", (_, response) => response.send("ok")),
    );
    expect(await routesOf(app, ["/v12", "/two/2", "/b/c"])).toEqual(["/^\\/v\\d+$/", "(/one|/two/:id)", "(/a|/b)/c"]);
  });

  it("is not there where no route took the request, however many paths are tried", async () => {
    const app = express();
    app.use("/files/:folder", (request, response, next) => {
      if (request.path === "/there") response.send("from a middleware");
      else next();
    });
    app.get("/:only/here", (_, __, next) => next());
    app.all("/*splat", (_, __, next) => next("route"));
    const paths = [
      "/files/1/there",
      "/files/2/not",
      "/x/here",
      ...Array.from({ length: 50 }, (_, id) => `/scan-${id}.php`),
    ];
    expect(new Set(await routesOf(app, paths))).toEqual(new Set([undefined]));
    expect(await seen.counts()).toHaveLength(2);
  });

  it("is found again after mount points that did not take the request", async () => {
    const app = express();
    const first = express.Router({ mergeParams: true });
    first.use("/:b", (_, __, next) => next());
    app.use("/:a", first);
    app.use("/:a", (_, __, next) => setImmediate(next));
    const second = express.Router();
    second.get("/c", (_, response) => response.send("ok"));
    app.use("/x/:y", second);
    expect(await routesOf(app, ["/x/y/c"])).toEqual(["/x/:y/c"]);
  });

  it("stays that of the handler that failed, and the span shows what it threw", async () => {
    const app = express();
    const users = express.Router();
    users.get("/:id", async () => {
      await Promise.resolve();
      throw new RangeError("no such user");
    });
    app.use("/users", users);
    app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      response.status(503).send("later");
    });
    expect(await routesOf(app, ["/users/1"])).toEqual(["/users/:id"]);
    const [span] = seen.spans();
    expect(span?.status).toEqual({ code: 2, message: "no such user" });
    expect(span?.attributes).toMatchObject({ "error.type": "RangeError", "http.response.status_code": 503 });
    expect(span?.events.map(({ name, attributes }) => [name, attributes?.["exception.type"]])).toEqual([
      ["exception", "RangeError"],
    ]);
    expect(seen.lines()[0]).toMatchObject({
      "log.level": "error",
      "error.type": "RangeError",
      "error.message": "no such user",
    });
    expect(String(seen.lines()[0]?.["error.stack_trace"])).toContain("express.test.ts");
  });

  it("does not hide an error that nobody handles, or one of a middleware", async () => {
    const app = express().set("env", "test");
    app.use("/middleware", (_, __, next) => next(new TypeError("from a middleware")));
    app.get("/route", () => {
      throw new SyntaxError("from a route");
    });
    await serving(app, async (base) => {
      expect((await fetch(`${base}/middleware`)).status).toBe(500);
      expect((await fetch(`${base}/route`)).status).toBe(500);
      await seen.finished(2);
    });
    expect(seen.spans().map((span) => span.attributes["error.type"])).toEqual(["TypeError", "SyntaxError"]);
  });

  it("survives what should not be thrown at all", async () => {
    const app = express().set("env", "test");
    const thrown: readonly unknown[] = [
      Object.create(null),
      "text",
      0n,
      new Proxy({}, { get: () => fail(), ownKeys: () => fail() }),
    ];
    const fail = (): never => {
      throw new Error("looked at");
    };
    app.get("/:place", (request) => {
      throw thrown[Number(request.params["place"])];
    });
    app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      response.status(500).end();
    });
    expect(await routesOf(app, ["/0", "/1", "/3"])).toEqual(["/:place", "/:place", "/:place"]);
    expect(seen.spans().map((span) => span.attributes["error.type"])).toEqual(["Error", "Error", "Error"]);
    expect(seen.reports()).toEqual([]);
  });

  it("lets answers be streamed, and takes the time until the last byte", async () => {
    const app = express();
    app.get("/stream", async (_, response) => {
      for (const part of ["a", "b", "c"]) {
        response.write(part);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      response.end();
    });
    await serving(app, async (base) => {
      expect(await (await fetch(`${base}/stream`)).text()).toBe("abc");
      await seen.finished(1);
    });
    expect(Number(seen.lines()[0]?.["event.duration"])).toBeGreaterThan(25e6);
  });
});

describe("a module that is not Express", () => {
  it("is refused, and not changed", () => {
    for (const exports of [undefined, {}, () => {}, { Router: () => ({}), Route: class {} }])
      expect(() => patchExpress(exports)).toThrow("these are not the exports of Express");
  });
});
