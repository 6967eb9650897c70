import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createClient } from "../../src/slack/client.js";
import { createUserGroups, type UserGroups } from "../../src/slack/user-groups.js";
import { keptLog } from "./kept-log.js";
import { type SlackServer, startSlack } from "./slack-server.js";

let slack: SlackServer;
let now: number;
beforeEach(async () => {
  slack = await startSlack();
  now = 1_000_000;
});
afterEach(() => slack.close());

const minute = 60_000;
const method = "usergroups.users.list";
function groups(ids: string[], within = 500): UserGroups {
  const log = keptLog();
  const client = createClient({ apiUrl: slack.apiUrl, botToken: { reveal: () => "xoxb-1" } }, log);
  return createUserGroups({ client, groups: ids, log, clock: () => now, within });
}
const members = (of: Record<string, string[]>): void => slack.on(method, ({ usergroup }) => ({ ok: true, users: of[String(usergroup)] }));

test("somebody is in the groups that list him, each read once in five minutes", async () => {
  members({ S0A: ["U1", "U2"], S0B: ["U2"] });
  const known = groups(["S0A", "S0B"]);

  expect(await known.of("U1")).toEqual({ groups: ["S0A"], unread: [] });
  expect(await known.of("U2")).toEqual({ groups: ["S0A", "S0B"], unread: [] });
  expect(slack.of(method)).toHaveLength(2);
});

test("who left a group is out of it five minutes later", async () => {
  members({ S0A: ["U1"] });
  const known = groups(["S0A"]);
  await known.of("U1");
  members({ S0A: [] });

  now += 4 * minute;
  expect((await known.of("U1")).groups).toEqual(["S0A"]);
  now += minute;
  expect((await known.of("U1")).groups).toEqual([]);
});

test.each([
  ["plan_upgrade_required", "plan_upgrade_required (user groups need a paid plan of Slack)"],
  ["no_such_subteam", "no_such_subteam (Slack knows no such group)"],
  ["fatal_error", "fatal_error"],
])("a group that Slack refuses with %s has no members, and the reason is said", async (error, why) => {
  slack.on(method, () => ({ ok: false, error }));

  expect(await groups(["S0A"]).of("U1")).toEqual({ groups: [], unread: [{ group: "S0A", why }] });
});

test("an answer without a list, and none at all, count for nobody", async () => {
  slack.on(method, () => ({ ok: true }));
  expect((await groups(["S0A"]).of("U1")).unread).toEqual([{ group: "S0A", why: "slack answered without a list of members" }]);

  slack.on(method, () => ({ status: 500 }));
  expect((await groups(["S0A"]).of("U1")).unread).toEqual([{ group: "S0A", why: "slack did not answer" }]);
});

test("an old list does not outlive its five minutes when Slack refuses a new one, and Slack is not asked at every turn", async () => {
  members({ S0A: ["U1"] });
  const known = groups(["S0A"]);
  await known.of("U1");
  slack.on(method, () => ({ ok: false, error: "ratelimited" }));
  now += 6 * minute;

  expect(await known.of("U1")).toEqual({ groups: [], unread: [{ group: "S0A", why: "ratelimited" }] });
  await known.of("U1");
  expect(slack.of(method)).toHaveLength(2);

  members({ S0A: ["U1"] });
  now += 11_000;
  expect((await known.of("U1")).groups).toEqual(["S0A"]);
});

test("Slack that does not answer in time holds nobody up; its late answer counts from then on", async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  slack.on(method, async () => {
    await held;
    return { ok: true, users: ["U1"] };
  });
  const known = groups(["S0A"], 50);

  expect((await known.of("U1")).unread).toEqual([{ group: "S0A", why: "slack did not answer within 50 ms" }]);
  const late = groups(["S0A"], 3000).of("U1");
  release();
  expect((await late).groups).toEqual(["S0A"]);
  expect((await known.of("U1")).groups).toEqual(["S0A"]);
});
