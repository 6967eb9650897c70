import { spawn } from "node:child_process";
import { z } from "zod";
import { createOpenStack } from "../../workers/openstack/openstack.js";
import { rounds, timed } from "../rounds.js";

/** Runs where Keystone and Neutron listen: asks for the agents both ways, in turn, and prints the milliseconds. */
const Asking = z.object({ authUrl: z.string(), username: z.string(), password: z.string(), project: z.string(), times: z.number() });

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const { authUrl, username, password, project, times } = Asking.parse(JSON.parse(String(Buffer.concat(chunks))));
  const config = { authUrl, username, password: { reveal: () => password }, project };
  const more = { userDomain: "Default", projectDomain: "Default", region: "RegionOne", interface: "public" as const, ca: null, cli: null };
  const openstack = createOpenStack({ ...config, ...more, timeout: 20_000 });
  const rest = async (): Promise<void> => {
    const answer = await openstack.agents({ signal: AbortSignal.timeout(20_000), request: "bench", note: () => {} });
    if (!answer.ok || answer.value.agents.length === 0) throw new Error(answer.ok ? "no agents" : answer.failure.message);
  };
  const env = {
    PATH: "/usr/bin:/bin",
    OS_AUTH_URL: authUrl,
    OS_USERNAME: username,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
    OS_REGION_NAME: "RegionOne",
    OS_IDENTITY_API_VERSION: "3",
  };
  const found = await rounds(times, { rest: () => timed(rest), cli: () => timed(() => cli(env)) });
  process.stdout.write(JSON.stringify(found));
}

function cli(env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("/usr/bin/openstack", ["network", "agent", "list", "-f", "json"], { env, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (data: Buffer) => {
      text += data.toString();
    });
    child.once("close", (code) =>
      code === 0 && text.includes("felix") ? resolve() : reject(new Error(`openstack ended with ${code}: ${text}`)),
    );
  });
}

await main();
process.exit();
