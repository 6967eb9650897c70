import { expect, test } from "@jest/globals";
import { Refusal } from "../../../lab/openstack/api.js";
import { bindPorts } from "../../../lab/openstack/cloud.js";
import { defaultWorkloads, hostsOf } from "../../../lab/site.js";

const workloads = defaultWorkloads(hostsOf(4));

/** Neutron that answers the first binding with these failures, one after the other. */
function neutron(...failures: Error[]): { asked: string[]; put(service: string, path: string): Promise<void> } {
  const asked: string[] = [];
  return {
    asked,
    put(_service, path) {
      asked.push(path);
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : Promise.resolve();
    },
  };
}

test("a port is bound again when Neutron's database was locked, and every port once otherwise", async () => {
  const api = neutron(new Refusal(500, "locked"), new Refusal(500, "locked"));

  await bindPorts(api, workloads);

  const [first, second] = workloads.map(({ portId }) => `/ports/${portId}`);
  expect(api.asked).toEqual([first, first, first, second]);
});

test("a refusal that time does not mend is told at once", async () => {
  const api = neutron(new Refusal(409, "no agent"));

  await expect(bindPorts(api, workloads)).rejects.toThrow("no agent");
  expect(api.asked).toHaveLength(1);
});

test("a database that stays locked is told after five tries", async () => {
  const api = neutron(...Array.from({ length: 9 }, () => new Refusal(500, "locked")));

  await expect(bindPorts(api, workloads)).rejects.toThrow("locked");
  expect(api.asked).toHaveLength(5);
});
