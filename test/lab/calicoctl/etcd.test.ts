import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { connect, Refused } from "../../../lab/calicoctl/etcd.js";
import { startEtcd } from "../../support/etcd.js";

let server: Server | undefined;
afterEach(() => void server?.close());

/** An etcd that hangs up on the first questions, after it has read them. */
async function hangingUp(times: number): Promise<{ endpoint: string; asked: string[] }> {
  const asked: string[] = [];
  const answer = JSON.stringify({ header: { revision: "7" }, succeeded: true });
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      asked.push(request.url ?? "");
      if (asked.length <= times) request.socket.destroy();
      else response.end(answer);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const config = (endpoint: string): Parameters<typeof connect>[0] => ({
  endpoints: [endpoint],
  username: "",
  password: "",
  ca: "",
  cert: "",
  key: "",
});

test("a question that gets no answer is asked again", async () => {
  const { endpoint, asked } = await hangingUp(1);
  const etcd = await connect(config(endpoint));

  expect(await etcd.get("/calico/x")).toEqual({ entries: [], revision: "7" });
  expect(asked).toEqual(["/v3/kv/range", "/v3/kv/range"]);
});

test("a write that may have arrived is not sent again: whether it was made is unknown", async () => {
  const { endpoint, asked } = await hangingUp(1);
  const etcd = await connect(config(endpoint));

  await expect(etcd.swap("/calico/x", "{}", "0")).rejects.toThrow(
    new Refused("rpc error: code = Unavailable desc = error reading from server: EOF"),
  );
  expect(asked).toEqual(["/v3/kv/txn"]);
});

test("of many that change the same version at the same moment one does, and the version it made is the only one that can be changed next", async () => {
  const real = await startEtcd();
  try {
    const etcd = await connect(config(real.endpoint));
    const many = (make: (i: number) => Promise<boolean>): Promise<boolean[]> => Promise.all(Array.from({ length: 30 }, (_, i) => make(i)));
    const version = async (): Promise<string> => (await etcd.get("/calico/x")).entries[0]?.revision ?? "0";

    const created = await many((i) => etcd.swap("/calico/x", `${i}`, "0"));
    const first = await version();
    const changed = await many((i) => etcd.swap("/calico/x", `again ${i}`, first));
    const second = await version();

    expect([created, changed].map((all) => all.filter(Boolean).length)).toEqual([1, 1]);
    expect((await etcd.get("/calico/x")).entries[0]?.value).toBe(`again ${changed.indexOf(true)}`);
    expect(await etcd.swap("/calico/x", null, first)).toBe(false);
    expect(await many(() => etcd.swap("/calico/x", null, second)).then((all) => all.filter(Boolean).length)).toBe(1);
    expect((await etcd.get("/calico/x")).entries).toEqual([]);
  } finally {
    real.stop();
  }
});
