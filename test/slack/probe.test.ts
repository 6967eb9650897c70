import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { probeTokens } from "../../src/slack/probe.js";
import { botScopes } from "../../src/slack/scopes.js";
import { quiet } from "../support/redis-server.js";
import { type SlackServer, startSlack } from "./slack-server.js";

let slack: SlackServer;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(() => slack.close());

const secret = (value: string) => ({ reveal: () => value });
const settings = () => ({ team: "T1", appToken: secret("xapp-1"), botToken: secret("xoxb-1"), command: "/calico", apiUrl: slack.apiUrl });

function me(scopes: readonly string[], change: object = {}): void {
  const body = JSON.stringify({ ok: true, team_id: "T1", team: "net", user: "calico", ...change });
  const headers = { "content-type": "application/json", "x-oauth-scopes": scopes.join(",") };
  slack.on("auth.test", () => ({ status: 200, headers, body }));
}

const all = botScopes(false).map(({ name }) => name);

test("tokens that hold everything are fine", async () => {
  me(all);

  const found = await probeTokens(settings(), [], quiet);

  expect(found.map(({ what, fix }) => [what, fix])).toEqual([
    ["slack bot token", null],
    ["slack scopes", null],
    ["slack app token", null],
  ]);
});

test("a missing scope is named, with how to get it", async () => {
  me(all.filter((name) => name !== "files:write"));

  const found = await probeTokens(settings(), [], quiet);

  expect(found[1]).toMatchObject({ text: "missing: files:write", fix: expect.stringContaining("reinstall") });
});

test("refused tokens and another workspace are told apart", async () => {
  me(all, { team_id: "T9" });
  slack.on("apps.connections.open", () => ({ ok: false, error: "not_allowed_token_type" }));
  const elsewhere = await probeTokens(settings(), [], quiet);
  slack.on("auth.test", () => ({ ok: false, error: "invalid_auth" }));
  const refused = await probeTokens(settings(), [], quiet);

  expect(elsewhere[0]).toMatchObject({ text: expect.stringContaining("workspace T9"), fix: expect.stringContaining("bot.slack.team") });
  expect(elsewhere.at(-1)).toMatchObject({
    text: "slack refused it: not_allowed_token_type",
    fix: expect.stringContaining("connections:write"),
  });
  expect(refused[0]).toMatchObject({ text: "slack refused it: invalid_auth", fix: expect.stringContaining("xoxb-") });
});

test("no answer at all is a matter of the way there", async () => {
  const gone = { ...settings(), apiUrl: "http://127.0.0.1:9/api/" };

  const found = await probeTokens(gone, [], quiet);

  expect(found.map(({ fix }) => fix)).toEqual(["check the way to slack.com:443", "check the way to slack.com:443"]);
});

test("user groups that give roles are read one by one, and the one that cannot be is named", async () => {
  me([...all, "usergroups:read"]);
  slack.on("usergroups.users.list", ({ usergroup }) =>
    usergroup === "S0NETOPS" ? { ok: true, users: ["U1", "U2"] } : { ok: false, error: "no_such_subteam" },
  );

  const found = await probeTokens(settings(), ["S0NETOPS", "S0GONE"], quiet);
  const bare = await (me(all), probeTokens(settings(), ["S0NETOPS"], quiet));

  expect(found.slice(1, 4)).toEqual([
    { what: "slack scopes", text: `all ${all.length + 1} there`, fix: null },
    { what: "slack user group S0NETOPS", text: "2 members", fix: null },
    { what: "slack user group S0GONE", text: expect.stringContaining("no such group"), fix: expect.stringContaining("access.roles") },
  ]);
  expect(bare[1]).toMatchObject({ text: "missing: usergroups:read" });
});
