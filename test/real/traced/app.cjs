const { get } = require("node:http");
const express = require("express");
const mysql = require("mysql2/promise");
const pino = require("pino");
const { createClient } = require("redis");

const log = pino();
const redis = createClient({ url: process.env.REDIS_URL });
const pool = mysql.createPool(process.env.MYSQL_URL);
const app = express();

app.get("/users/:id", async (request, response) => {
  const own = `http://127.0.0.1:${request.socket.localPort}`;
  const [rows] = await pool.query("SELECT ? + 1 AS next", [Number(request.params.id)]);
  await redis.set("user", request.params.id);
  const byFetch = await (await fetch(`${own}/headers?secret=1`)).json();
  const byHttp = await new Promise((resolve) => {
    get(`${own}/headers?secret=1`, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += String(chunk);
      });
      answer.on("end", () => resolve(JSON.parse(text)));
    });
  });
  log.info("user shown");
  response.json({ rows, byFetch, byHttp });
});

app.get("/headers", (request, response) => {
  response.json({ traceparent: request.headers.traceparent });
});

app.get("/fail", () => {
  throw new Error("as asked");
});

redis.connect().then(() => {
  const server = app.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
  process.once("SIGTERM", async () => {
    server.close();
    server.closeAllConnections();
    redis.destroy();
    await pool.end();
  });
});
