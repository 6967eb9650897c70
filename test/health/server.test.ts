import { request } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { botMeter } from "../../src/health/bot-meter.js";
import { type Health, openHealth } from "../../src/health/server.js";
import { workerMeter } from "../../src/health/worker-meter.js";
import { quiet } from "../support/redis-server.js";
import { freePort } from "../support/sshd.js";

let health: Health | null = null;
afterEach(async () => {
  await health?.close();
  health = null;
});

async function get(port: number, path: string, method = "GET"): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method }, (answer) => {
      let text = "";
      answer.on("data", (part: Buffer) => void (text += part.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.on("error", reject).end();
  });
}

describe("the pages", () => {
  test("say that the process answers, whether it is of use, and name what is not", async () => {
    const port = await freePort();
    let slack = false;
    health = await openHealth(port, { registry: botMeter().registry, ready: { redis: () => true, slack: () => slack }, log: quiet });

    const alive = await get(port, "/healthz");
    const before = await get(port, "/readyz");
    slack = true;
    const after = await get(port, "/readyz?verbose");

    expect(alive).toEqual({ status: 200, text: "ok\n" });
    expect(before).toEqual({ status: 503, text: "redis ok\nslack NOT ready\n" });
    expect(after).toEqual({ status: 200, text: "redis ok\nslack ok\n" });
    expect((await get(port, "/nothing")).status).toBe(404);
    expect((await get(port, "/healthz", "POST")).status).toBe(405);
  });

  test("count what the bot does, with labels that nobody types", async () => {
    const port = await freePort();
    const meter = botMeter();
    health = await openHealth(port, { registry: meter.registry, ready: {}, log: quiet });

    meter.event({ what: "asked", clusters: ["eu1"], code: "queued" });
    meter.event({ what: "asked", clusters: [], code: "denied" });
    meter.event({ what: "answered", clusters: ["eu1"], code: "ok" });
    meter.event({ what: "cancel", clusters: ["eu1"], code: "asked to stop" });

    const { text } = await get(port, "/metrics");
    expect(text).toContain('calico_chatops_requests_total{code="queued"} 1');
    expect(text).toContain('calico_chatops_requests_total{code="denied"} 1');
    expect(text).toContain('calico_chatops_answers_total{cluster="eu1",code="ok"} 1');
    expect(text).toContain('calico_chatops_cancels_total{code="asked to stop"} 1');
    expect(text).toMatch(/^calico_chatops_nodejs_eventloop_lag_seconds /m);
  });

  test("count a worker's outcomes and tell what runs now", async () => {
    const port = await freePort();
    let running = 3;
    let copyAge = async (): Promise<number | null> => 1500;
    const meter = workerMeter({ cluster: "eu1", running: () => running, copyAge: () => copyAge() });
    health = await openHealth(port, { registry: meter.registry, ready: {}, log: quiet });
    const base = { v: 1 as const, job: "j", cluster: "eu1", worker: "w1", started: 1000, ended: 1400 };

    meter.outcome({ ...base, ok: true, evidence: [{ where: "h1", what: "birdc", exit: 0, ms: 1, bytes: 1 }] });
    meter.outcome({ ...base, ok: false, failure: { code: "timeout", message: "late" }, evidence: [] });
    const first = await get(port, "/metrics");
    running = 0;
    copyAge = () => Promise.reject(new Error("the thread is gone"));
    const second = await get(port, "/metrics");

    expect(first.text).toContain('calico_chatops_outcomes_total{code="timeout",cluster="eu1"} 1');
    expect(first.text).toContain('calico_chatops_job_seconds_bucket{le="0.5",cluster="eu1"} 2');
    expect(first.text).toContain('calico_chatops_remote_calls_total{cluster="eu1"} 1');
    expect(first.text).toContain('calico_chatops_jobs_running{cluster="eu1"} 3');
    expect(first.text).toContain('calico_chatops_etcd_copy_age_seconds{cluster="eu1"} 1.5');
    expect(second.text).toContain('calico_chatops_jobs_running{cluster="eu1"} 0');
    expect(second.text).toMatch(/^calico_chatops_etcd_copy_age_seconds\{cluster="eu1"\} nan$/im);
  });
});

test("a port that is taken is said with its number, and without a port nothing is opened", async () => {
  const port = await freePort();
  health = await openHealth(port, { registry: botMeter().registry, ready: {}, log: quiet });

  const second = openHealth(port, { registry: botMeter().registry, ready: {}, log: quiet });

  await expect(second).rejects.toMatchObject({
    failure: { code: "conflict", message: `the health port ${port} cannot be opened: EADDRINUSE` },
  });
  await (await openHealth(null, { registry: botMeter().registry, ready: {}, log: quiet })).close();
});
