import { isIP } from "node:net";
import { z } from "zod";
import { duration, size } from "./quantity.js";
import { Changes, WorkerChanges } from "./raw-changes.js";
import { form } from "./wording.js";

/** The file as it is written: names and shapes only. Secrets are still `env:NAME` or `file:/path`. */

const secretRef = z
  .string(form("a secret is named, never written here", "env:NAME or file:/path"))
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, form("a secret is named, never written here", "env:NAME or file:/path"));
const fileRef = z.string().regex(/^file:.+$/, form("not the name of a file", "file:/path, relative to this file or absolute"));
const name = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, form("not a name that can be part of a key", "lower case letters, digits and dashes"));
const address = z
  .string()
  .refine((text) => text.includes("[") || isIP(text) !== 0, form("not an IP address", "10.0.0.1, fd00::1, or a range 10.0.0.[1-20]"));
const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]|\[\d+-\d+\])*$/, form("not a host name", "compute1, or a range compute[1-20]"));
const text = z.string().min(1, form("is empty", "fill it in or leave the key out"));
const positive = z.number().int().positive(form("too small", "a whole number above 0"));
const port = positive.max(65_535, form("not a port", "1 to 65535"));

const Host = z.strictObject({
  name: hostName,
  address,
  bgp: z.array(address).optional(),
  role: z.enum(["compute", "control", "reflector", "network"]).default("compute"),
  rack: text.optional(),
  maintenance: z.boolean().default(false),
  peers: z.array(text).default([]),
  felix: z.boolean().optional(),
  ssh: z.boolean().default(true),
});
export type RawHost = z.infer<typeof Host>;

const Thresholds = z.strictObject({
  felixKeyLate: duration.default(60_000),
  agentLate: duration.default(60_000),
  clockSkew: duration.default(5000),
  etcdQuotaWarn: z.number().min(0).max(1, form("not a share", "0.8 means four fifths")).default(0.8),
  etcdQuota: size.default(2 * 1024 ** 3),
});

const Etcd = z
  .strictObject({
    endpoints: z
      .array(z.url({ protocol: /^https?$/, error: form("not an endpoint", "https://10.0.0.10:2379") }))
      .min(1, form("names no endpoint", "https://10.0.0.10:2379, one per member")),
    ca: fileRef.optional(),
    cert: fileRef.optional(),
    key: secretRef.optional(),
    username: text.optional(),
    password: secretRef.optional(),
    timeout: duration.default(3000),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), form("`cert` and `key` go together", "name both or none"))
  .refine(
    ({ username, password }) => (username === undefined) === (password === undefined),
    form("`username` and `password` go together", "name both or none"),
  );

/** Units of a cloud's hosts; those that a host does not have are not shown. */
const units = [
  ...["bird", "bird6", "calico-felix", "calico-dhcp-agent", "neutron-server", "nova-compute", "libvirtd"],
  ...["etcd", "ssh", "sshd", "chrony", "chronyd"],
] as const;

const Worker = z.strictObject({
  id: name,
  health: port.optional(),
  signingKey: secretRef,
  concurrency: positive.default(4),
  ssh: z.strictObject({
    user: text,
    port: port.default(22),
    privateKey: secretRef,
    knownHosts: fileRef,
    prefix: z.array(text).default([]),
    connectTimeout: duration.default(2000),
    hostTimeout: duration.default(3000),
  }),
  etcd: Etcd,
  calicoctl: z
    .strictObject({ path: text.default("calicoctl"), hostPath: text.default("calicoctl"), timeout: duration.default(6000) })
    .optional(),
  openstack: z
    .strictObject({
      authUrl: z.url({ protocol: /^https?$/, error: form("not Keystone's address", "https://keystone.example.net:5000/v3") }),
      username: text,
      password: secretRef,
      project: text,
      userDomain: text.default("Default"),
      projectDomain: text.default("Default"),
      region: text.optional(),
      interface: z.enum(["public", "internal", "admin"]).default("public"),
      ca: fileRef.optional(),
      timeout: duration.default(5000),
      cli: text.nullable().default("/usr/bin/openstack"),
    })
    .optional(),
  birdc: z
    .strictObject({
      path: text.default("/usr/sbin/birdc"),
      path6: text.default("/usr/sbin/birdc6"),
      sockets: z.array(text).default(["/run/calico/bird.ctl", "/run/bird/bird.ctl"]),
      sockets6: z.array(text).default(["/run/calico/bird6.ctl", "/run/bird/bird6.ctl"]),
    })
    .prefault({}),
  units: z.array(z.string().regex(/^[A-Za-z0-9:_.@-]+$/, form("not the name of a systemd unit", "calico-felix"))).default([...units]),
  changes: WorkerChanges.optional(),
});
export type RawWorker = z.infer<typeof Worker>;

const Cluster = z.strictObject({
  name,
  region: z
    .string()
    .regex(/^(no-region|region-.+)$/, form("not a region of Calico's", "no-region, or region-NAME as in neutron's openstack_region"))
    .default("no-region"),
  hosts: z.array(Host).min(1, form("lists no host", "{ name: compute1, address: 10.0.0.11 }")),
  thresholds: Thresholds.prefault({}),
  workerKeys: z.array(z.string()).default([]),
  botKeys: z.array(z.string()).default([]),
  changes: Changes.optional(),
  worker: Worker.optional(),
});
export type RawCluster = z.infer<typeof Cluster>;

const Redis = z.strictObject({
  url: z
    .string()
    .regex(/^(rediss?:\/\/|unix:(\/\/)?\/)/, form("not the address of a Redis", "redis://host:port, rediss://host:port or unix:/path")),
  username: text.optional(),
  password: secretRef.optional(),
  prefix: name.default("calico-chatops"),
});

const Bot = z.strictObject({
  health: port.optional(),
  signingKey: secretRef,
  slack: z
    .strictObject({
      team: z.string().regex(/^T[A-Z0-9]+$/, form("not the id of a workspace", "T0ABC..., as in the address of Slack's web page")),
      appToken: secretRef,
      botToken: secretRef,
      command: z
        .string()
        .regex(/^\/[a-z0-9_-]{1,31}$/, form("not a slash command", "/calico, say"))
        .default("/calico"),
      apiUrl: z.url({ protocol: /^https?$/, error: form("not a web address", "https://slack.com/api/") }).optional(),
    })
    .optional(),
});

const actors = z
  .array(
    z
      .string()
      .regex(
        /^([UWS][A-Z0-9]{4,}|local:[a-z_][a-z0-9_-]*)$/,
        form("not the id of a person or a user group", "U0ABC..., S0ABC... or local:<unix user>"),
      ),
  )
  .default([]);

const Access = z.strictObject({
  roles: z.strictObject({ viewer: actors, operator: actors, approver: actors }),
  onCall: actors,
  channels: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[CG][A-Z0-9]+$/, form("not the id of a channel", "C0ABC..., not its name")),
        clusters: z.array(z.string()).min(1, form("names no cluster", "clusters: [eu1]")),
        detail: z.enum(["full", "counts"]).default("counts"),
      }),
    )
    .default([]),
  directMessages: z.boolean().default(true),
});

/** The whole file. */
export const RawConfig = z.strictObject({
  redis: Redis,
  log: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
  state: text.optional(),
  bot: Bot.optional(),
  clusters: z.array(Cluster).min(1, form("lists no cluster", "examples/config.yaml shows one")),
  access: Access,
});
export type RawConfig = z.infer<typeof RawConfig>;

/** The same with nothing required at the top, to go on with what is left of a broken file. */
export const Remains = RawConfig.extend({
  redis: Redis.prefault({ url: "unix:/none" }),
  clusters: z.array(Cluster).default([]),
  access: Access.prefault({ roles: {} }),
});
