import { afterEach, describe, expect, test } from "@jest/globals";
import type { OpenStackConfig } from "../../../src/config/valid.js";
import type { Evidence } from "../../../src/contract/outcome.js";
import { createOpenStack } from "../../../workers/openstack/openstack.js";
import { ask, closePlanes, type Handler, plane, send, tokenOf } from "./plane.js";

afterEach(closePlanes);

describe("agents", () => {
  test("come with their heartbeat in UTC, and with the roles of the token", async () => {
    const notes: Evidence[] = [];
    const answer = await createOpenStack(await plane(send("neutron agents"))).agents(ask(notes));

    if (!answer.ok) throw new Error(answer.failure.message);
    expect(answer.value.visible).toBe(true);
    expect(answer.value.roles).toContain("admin");
    expect(answer.value.agents[0]).toMatchObject({
      binary: "calico-felix",
      host: "compute-1",
      adminUp: true,
      heartbeatAt: expect.any(Number),
    });
    expect(JSON.stringify(notes)).not.toMatch(/pw-1|T-1/);
    expect(notes.map(({ exit }) => exit)).toEqual([201, 200]);
  });

  test("that a plain member may not see are not called none", async () => {
    const answer = await createOpenStack(await plane(send("agents as plain member"), tokenOf("token, member"))).agents(ask());

    expect(answer).toMatchObject({ ok: true, value: { agents: [], visible: false } });
  });

  test("are asked with one login, also when several ask at once", async () => {
    let logins = 0;
    const config = await plane(send("neutron agents"), (...all) => {
      logins++;
      tokenOf("token, admin")(...all);
    });
    const openstack = createOpenStack(config);

    await Promise.all([openstack.agents(ask()), openstack.agents(ask())]);
    await openstack.agents(ask());

    expect(logins).toBe(1);
  });

  test("are asked once more with a new token when the old one is refused", async () => {
    let calls = 0;
    const config = await plane((...all) => (calls++ === 0 ? send("bad token") : send("neutron agents"))(...all));

    expect((await createOpenStack(config).agents(ask())).ok).toBe(true);
    expect(calls).toBe(2);
  });
});

describe("what goes wrong is told", () => {
  const failureOf = async (config: OpenStackConfig) => {
    const answer = await createOpenStack(config).agents(ask());
    return answer.ok ? { code: "none", message: "it worked" } : answer.failure;
  };

  test("a wrong password, once", async () => {
    expect(await failureOf(await plane(send("neutron agents"), send("wrong password")))).toMatchObject({
      code: "credentials",
      message: expect.stringContaining("Keystone: The request you have made requires authentication. (req-1)"),
    });
  });

  test("a server that never answers, within the deadline", async () => {
    const began = Date.now();

    expect(await failureOf(await plane(() => undefined))).toMatchObject({
      code: "timeout",
      message: expect.stringContaining("gave no answer in 0.5 s"),
    });
    expect(Date.now() - began).toBeLessThan(3000);
  });

  test("a proxy's page", async () => {
    const page: Handler = (_request, response) =>
      void response.writeHead(502, { "content-type": "text/html" }).end("<html>502 Bad Gateway</html>");

    expect(await failureOf(await plane(page))).toMatchObject({ code: "tool_failed", message: "Neutron: status 502" });
  });

  test("a policy's refusal and an answer of another form", async () => {
    expect(await failureOf(await plane(send("forbidden")))).toMatchObject({
      code: "denied",
      message: expect.stringContaining("disallowed by policy"),
    });
    expect(await failureOf(await plane((_request, response) => void response.end('{"agents":[{"id":1}]}')))).toMatchObject({
      code: "unreadable_output",
    });
  });

  test("nothing that listens, and a region that is not there", async () => {
    const config = await plane(send("neutron agents"));

    expect(await failureOf({ ...config, region: "RegionTwo" })).toMatchObject({ code: "not_found", hint: "regions there: RegionOne" });
    expect(await failureOf({ ...config, authUrl: "http://127.0.0.1:1/v3" })).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("refused the connection"),
    });
  });
});
