import { afterEach, expect, test } from "@jest/globals";
import { createOpenStack } from "../../../workers/openstack/openstack.js";
import { ask, closePlanes, type Handler, plane } from "./plane.js";

afterEach(closePlanes);

const since = Date.parse("2026-01-02T03:00:00Z");
const row = (id: string, status: string, time: string) => ({ id, status, created_at: "2025-01-01T00:00:00Z", updated_at: time });
const rows = [
  row("new", "ACTIVE", "2026-01-02T03:01:00Z"),
  row("old", "ACTIVE", "2026-01-01T03:01:00Z"),
  row("hangs", "BUILD", "2026-01-02T03:02:00Z"),
];

/** As a Neutron that validates filters and so refuses its own (recorded in the lab), or one that does not. */
function neutron(validates: boolean): { handler: Handler; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    handler(request, response, base) {
      const words = new URL(request.url ?? "", base).searchParams;
      asked.push(words.get("changed_since") ?? words.get("status") ?? "all");
      if (validates && words.has("changed_since")) {
        const message = "['changed_since'] is invalid attribute for filtering";
        response.writeHead(400).end(JSON.stringify({ NeutronError: { type: "HTTPBadRequest", message, detail: "" } }));
        return;
      }
      const ports = words.has("changed_since")
        ? rows.filter(({ id }) => id !== "old")
        : rows.filter(({ status }) => status === words.get("status"));
      response.end(JSON.stringify({ ports }));
    },
  };
}

test("a Neutron that narrows by time is asked once", async () => {
  const { handler, asked } = neutron(false);
  const answer = await createOpenStack(await plane(handler)).ports({ changedSince: since }, ask());

  expect(answer).toMatchObject({ ok: true, value: { rows: [{ id: "new" }, { id: "hangs" }], complete: true } });
  expect(asked).toEqual(["2026-01-02T03:00:00Z"]);
});

test("one that refuses its own filter is read by state, what hangs first, and not tried again", async () => {
  const { handler, asked } = neutron(true);
  const openstack = createOpenStack(await plane(handler));

  expect(await openstack.ports({ changedSince: since }, ask())).toMatchObject({
    ok: true,
    value: { rows: [{ id: "hangs" }, { id: "new" }], complete: true },
  });
  await openstack.ports({ changedSince: since }, ask());
  expect(asked).toEqual(["2026-01-02T03:00:00Z", "BUILD", "ERROR", "DOWN", "ACTIVE", "BUILD", "ERROR", "DOWN", "ACTIVE"]);
});
