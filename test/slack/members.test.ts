import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createClient } from "../../src/slack/client.js";
import { createMembers, type Members } from "../../src/slack/members.js";
import { keptLog } from "./kept-log.js";
import { type SlackServer, startSlack } from "./slack-server.js";

let slack: SlackServer;
let now: number;
beforeEach(async () => {
  slack = await startSlack();
  now = 1_000_000;
});
afterEach(() => slack.close());

function members(within = 500, groups: string[] = []): Members {
  const log = keptLog();
  const client = createClient({ apiUrl: slack.apiUrl, botToken: { reveal: () => "xoxb-1" } }, log);
  return createMembers({ client, team: "T1", groups, log, clock: () => now, within });
}
const ann = { team: "T1", user: "U1", name: "ann", bot: false };
const answer = (user: object): void => slack.on("users.info", () => ({ ok: true, user: { id: "U1", team_id: "T1", ...user } }));

describe("who asks", () => {
  test("is a member, looked up once", async () => {
    const who = members();
    expect(await who.actor(ann)).toEqual({ kind: "slack", team: "T1", user: "U1", name: "ann", bot: false, foreign: false });
    await Promise.all([who.actor(ann), who.actor(ann)]);
    expect(slack.of("users.info")).toHaveLength(1);
  });

  test("is asked for once, however many wait", async () => {
    const who = members();
    await Promise.all([who.actor(ann), who.actor(ann), who.actor(ann)]);
    expect(slack.of("users.info")).toHaveLength(1);
  });

  test.each([
    [{ is_restricted: true }],
    [{ is_ultra_restricted: true }],
    [{ is_stranger: true }],
    [{ deleted: true }],
    [{ team_id: "T9" }],
    [{ team_id: undefined }],
    [{ id: "U7" }],
  ])("%j is foreign", async (user) => {
    answer(user);
    expect(await members().actor(ann)).toMatchObject({ foreign: true });
  });

  test("of an organisation is a member where the workspace is one of hers", async () => {
    answer({ team_id: "E1", enterprise_user: { teams: ["T0", "T1"] } });
    expect(await members().actor(ann)).toMatchObject({ foreign: false });
  });

  test("is a bot", async () => {
    answer({ is_bot: true });
    expect(await members().actor(ann)).toMatchObject({ bot: true });
    expect(await members().actor({ ...ann, bot: true })).toMatchObject({ bot: true });
  });

  test("of another workspace is foreign without a question", async () => {
    expect(await members().actor({ ...ann, team: "T9" })).toMatchObject({ foreign: true, team: "T9" });
    expect(await members().actor({ ...ann, team: null })).toMatchObject({ foreign: true });
    expect(slack.calls).toEqual([]);
  });

  test("counts as foreign when Slack refuses to say, and is asked for again", async () => {
    slack.on("users.info", (_, nth) =>
      nth === 0 ? { ok: false, error: "missing_scope" } : { ok: true, user: { id: "U1", team_id: "T1" } },
    );
    const who = members();
    expect(await who.actor(ann)).toMatchObject({ foreign: true });
    expect(await who.actor(ann)).toMatchObject({ foreign: false });
  });

  test("counts as foreign when Slack does not answer in time; a late answer counts from then on", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    slack.on("users.info", async () => {
      await held;
      return { ok: true, user: { id: "U1", team_id: "T1" } };
    });
    const who = members(50);
    expect(await who.actor(ann)).toMatchObject({ foreign: true });
    release();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await who.actor(ann)).toMatchObject({ foreign: false });
  });

  test("is known for an hour when Slack answers no more, and not longer", async () => {
    const who = members();
    await who.actor(ann);
    slack.on("users.info", () => ({ ok: false, error: "fatal_error" }));
    now += 30 * 60_000;
    expect(await who.actor(ann)).toMatchObject({ foreign: false });
    now += 31 * 60_000;
    expect(await who.actor(ann)).toMatchObject({ foreign: true });
  });

  test("who became a guest is one after ten minutes", async () => {
    const who = members();
    await who.actor(ann);
    answer({ is_restricted: true });
    now += 10 * 60_000 + 1;
    expect(await who.actor(ann)).toMatchObject({ foreign: true });
  });
});

test("who asks comes with the user groups that give him a role, and with those that could not be read", async () => {
  slack.on("usergroups.users.list", ({ usergroup }) =>
    usergroup === "S0A" ? { ok: true, users: ["U1"] } : { ok: false, error: "missing_scope" },
  );

  expect(await members(500, ["S0A", "S0B"]).actor(ann)).toMatchObject({
    foreign: false,
    groups: ["S0A"],
    unread: [{ group: "S0B", why: "missing_scope (the bot lacks the scope usergroups:read)" }],
  });
});
