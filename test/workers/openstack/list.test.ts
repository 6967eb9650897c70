import { afterEach, describe, expect, test } from "@jest/globals";
import { createOpenStack } from "../../../workers/openstack/openstack.js";
import { ask, closePlanes, type Handler, plane, record, send, tokenOf } from "./plane.js";

afterEach(closePlanes);

/** Answers by path and keeps the addresses that were asked for. */
function answering(byPath: Readonly<Record<string, Handler>>): { handler: Handler; asked: URL[] } {
  const asked: URL[] = [];
  return {
    asked,
    handler(request, response, base) {
      const url = new URL(request.url ?? "", base);
      asked.push(url);
      (byPath[url.pathname] ?? send("unknown resource"))(request, response, base);
    },
  };
}

async function value<T>(answer: Promise<{ ok: true; value: T } | { ok: false; failure: { message: string } }>): Promise<T> {
  const got = await answer;
  if (!got.ok) throw new Error(got.failure.message);
  return got.value;
}

describe("ports", () => {
  test("come with their binding, addresses and times", async () => {
    const { handler, asked } = answering({ "/v2.0/ports": send("neutron ports?device_owner=compute:nova") });

    const { rows, complete } = await value(createOpenStack(await plane(handler)).ports({ address: "10.65.0.194" }, ask()));

    expect(complete).toBe(true);
    expect(rows[0]).toMatchObject({
      name: "web-1",
      status: "ACTIVE",
      projectId: "f2e88e3824fa444b8e2848ad7068afc5",
      deviceOwner: "compute:nova",
      addresses: [{ address: "10.65.0.194" }, { address: "fd00:65::279" }],
      host: "compute-1",
      vifType: "tap",
      createdAt: Date.parse("2026-11-23T15:33:22Z"),
    });
    expect(asked[0]?.searchParams.getAll("fixed_ips")).toEqual(["ip_address=10.65.0.194"]);
    expect(asked[0]?.searchParams.getAll("fields")).toContain("binding:vif_type");
  });

  test("of a plain member have a hidden binding, not an empty one", async () => {
    const member = { ...record("ports as plain member") };
    const single: Handler = (_request, response) => {
      const { ports } = member.body as { ports: unknown[] };
      response.end(JSON.stringify({ ports }));
    };
    const { rows } = await value(createOpenStack(await plane(single, tokenOf("token, member"))).ports({}, ask()));

    expect(rows[0]).toMatchObject({ name: "unbound", host: null, vifType: null });
  });

  test("are read page by page, from one marker to the next", async () => {
    const row = (n: number) => ({ id: `p${n}`, name: `port ${n}`, something_new: { deep: true } });
    const next = { ports_links: [{ rel: "next", href: "http://elsewhere/" }] };
    const pages: Handler = (request, response, base) => {
      const marker = new URL(request.url ?? "", base).searchParams.get("marker");
      const body = marker === null ? { ports: [row(1), row(2)], ...next } : marker === "p2" ? { ports: [row(3)] } : { ports: [row(9)] };
      response.end(JSON.stringify(body));
    };

    const { rows, complete } = await value(createOpenStack(await plane(pages)).ports({}, ask()));

    expect(rows.map(({ id }) => id)).toEqual(["p1", "p2", "p3"]);
    expect(complete).toBe(true);
  });

  test("of a list without end are cut, and the list says so", async () => {
    let at = 0;
    const endless: Handler = (_request, response) => {
      const ports = Array.from({ length: 1000 }, () => ({ id: `p${at++}` }));
      response.end(JSON.stringify({ ports, ports_links: [{ rel: "next" }] }));
    };

    const { rows, complete } = await value(createOpenStack(await plane(endless)).ports({}, ask()));

    expect([rows.length, complete]).toEqual([10_000, false]);
  });

  test("by many ids are asked for in several questions, by none in none", async () => {
    const { handler, asked } = answering({ "/v2.0/ports": (_request, response) => void response.end('{"ports":[]}') });
    const openstack = createOpenStack(await plane(handler));

    await openstack.ports({ ids: Array.from({ length: 250 }, (_, i) => `id-${i}`) }, ask());
    expect(asked.map((url) => url.searchParams.getAll("id").length)).toEqual([100, 100, 50]);
    expect(await value(openstack.ports({ ids: [] }, ask()))).toEqual({ rows: [], complete: true });
    expect(asked).toHaveLength(3);
  });
});

describe("other lists", () => {
  test("are read with the fields that are needed", async () => {
    const { handler } = answering({
      "/v2.0/networks": send("neutron networks"),
      "/v2.0/subnets": send("neutron subnets"),
      "/v2.0/floatingips": send("neutron floatingips"),
      "/v2.0/security-groups": send("neutron security-groups"),
    });
    const openstack = createOpenStack(await plane(handler));

    expect((await value(openstack.networks({}, ask()))).rows.map(({ name }) => name)).toContain("calico-vms");
    expect((await value(openstack.subnets({}, ask()))).rows).toContainEqual(
      expect.objectContaining({ name: "calico-v4", cidr: "10.65.0.0/24", gateway: "10.65.0.1", dhcp: true }),
    );
    expect((await value(openstack.floatingIps({ address: "203.0.113.108" }, ask()))).rows[0]).toMatchObject({
      address: "203.0.113.108",
      portId: "4625b777-3d8d-4c98-92b1-acdd56895b86",
      fixedAddress: "10.65.0.194",
    });
    expect((await value(openstack.securityGroups({}, ask()))).rows.map(({ name }) => name)).toContain("default");
  });

  test("of projects come from Keystone, where the login was", async () => {
    const project = { id: "f2e8", name: "web-shop" };
    const { handler, asked } = answering({
      "/v3/projects": (_request, response) => void response.end(JSON.stringify({ projects: [project], links: { next: null } })),
      "/v3/projects/f2e8": (_request, response) => void response.end(JSON.stringify({ project })),
    });
    const openstack = createOpenStack(await plane(handler));

    expect((await value(openstack.projects({ name: "web-shop" }, ask()))).rows).toEqual([project]);
    expect((await value(openstack.projects({ id: "f2e8" }, ask()))).rows).toEqual([project]);
    expect((await value(openstack.projects({ id: "nope" }, ask()))).rows).toEqual([]);
    expect(asked[0]?.search).toBe("?name=web-shop");
  });

  test("of servers say that there is no Nova when the catalogue has none, and only then", async () => {
    const { handler, asked } = answering({ "/servers/detail": send("nova servers"), "/servers/nope": send("nova not found") });
    const without = createOpenStack(await plane(handler, tokenOf("token, admin", ["compute"])));
    const withNova = createOpenStack(await plane(handler));

    expect(await without.servers({ name: "vm-db" }, ask())).toEqual({ ok: true, value: null });
    expect(await value(withNova.servers({ name: "vm-db" }, ask()))).toMatchObject({
      rows: [{ name: "vm-db", status: "ACTIVE", host: "compute-2", projectId: "f2e88e3824fa444b8e2848ad7068afc5" }],
    });
    expect(asked[0]?.searchParams.get("name")).toBe("^vm-db$");
    expect(asked[0]?.searchParams.get("all_tenants")).toBe("1");
    expect(await value(withNova.servers({ id: "nope" }, ask()))).toMatchObject({ rows: [] });
  });
});
