/** A secret that prints as `[secret]` wherever it is logged or put into JSON by mistake. */
export interface Secret {
  reveal(): string;
}

/** What the program may trust. Only ever made by loadConfig(). Times are ms. */
export interface Config {
  redis: RedisConfig;
  log: { level: "debug" | "info" | "warn" | "error" };
  /** Folder for what a process must still know after a restart (audit heads, put-away audit entries); null = nothing is kept. */
  state: string | null;
  /** Null in a worker's file. */
  bot: BotConfig | null;
  clusters: readonly ClusterConfig[];
  access: AccessConfig;
}

export interface RedisConfig {
  /** `redis://`, `rediss://`, or `unix:/path`. */
  url: string;
  username: string | null;
  password: Secret | null;
  /** First part of every key; the cluster's name follows it. */
  prefix: string;
}

export interface BotConfig {
  /** Ed25519 private key, PEM (PKCS#8). */
  signingKey: Secret;
  slack: SlackConfig | null;
  /** Loopback port of healthz, readyz and metrics; null = none. */
  health: number | null;
}

export interface SlackConfig {
  /** Only users of this workspace are served. */
  team: string;
  appToken: Secret;
  botToken: Secret;
  /** Slash command, `/calico` unless changed. */
  command: string;
  /** Web API base; null = Slack's own. */
  apiUrl: string | null;
}

export interface HostConfig {
  name: string;
  address: string;
  bgp: readonly string[];
  role: "compute" | "control" | "reflector" | "network";
  rack?: string;
  maintenance: boolean;
  peers: readonly string[];
  felix: boolean;
  ssh: boolean;
}

export interface ClusterConfig {
  name: string;
  region: string;
  hosts: readonly HostConfig[];
  thresholds: { felixKeyLate: number; agentLate: number; clockSkew: number; etcdQuotaWarn: number; etcdQuota: number };
  /** Ed25519 public keys (PEM) of which one must have signed what workers say. The bot needs them. */
  workerKeys: readonly string[];
  /** Ed25519 public keys (PEM) of the bots. The worker needs them. */
  botKeys: readonly string[];
  /** By what rules it is changed; null = it is not. */
  changes: ChangesConfig | null;
  /** Null in a bot's file. */
  worker: WorkerConfig | null;
}

export type SeverityName = "low" | "medium" | "high";

/** Rules of changes. Times in ms. */
export interface ChangesConfig {
  severities: Readonly<Record<SeverityName, { approvers: number; planLife: number; keep: number }>>;
  /** A change by which more endpoints than this lose something is high. */
  mediumEndpoints: number;
  /** Least severity of a kind, or in a namespace. */
  kinds: Readonly<Record<string, SeverityName>>;
  namespaces: Readonly<Record<string, SeverityName>>;
  /** The requester's own vote counts. */
  selfApproval: boolean;
  /** Prefixes of the cloud itself. */
  ownRanges: readonly string[];
  canaries: readonly { from: string; to: string; port: number }[];
  /** So many lost canaries put a change back. */
  canaryLoss: number;
}

/** The worker's own limits: what it demands whatever a bot says. */
export interface WorkerChangesConfig {
  leastApprovers: Readonly<Record<SeverityName, number>>;
  /** Kinds that it writes; null = all but those that nobody may. */
  kinds: readonly string[] | null;
}

export interface WorkerConfig {
  id: string;
  signingKey: Secret;
  /** Loopback port of healthz, readyz and metrics; null = none. */
  health: number | null;
  /** Jobs at a time. */
  concurrency: number;
  ssh: SshConfig;
  etcd: EtcdConfig;
  calicoctl: CalicoctlConfig | null;
  openstack: OpenStackConfig | null;
  birdc: BirdcConfig;
  /** systemd units that `host` shows, without `.service`. */
  units: readonly string[];
  /** Null = this worker changes nothing. */
  changes: WorkerChangesConfig | null;
}

export interface SshConfig {
  user: string;
  port: number;
  /** PEM or OpenSSH format. */
  privateKey: Secret;
  /** Text of a known_hosts file: one `address keytype base64` a line. */
  knownHosts: string;
  /** Put before every command, `sudo -n` say; empty for root. */
  prefix: readonly string[];
  /** Handshake deadline. */
  connectTimeout: number;
  /** Deadline of one exec on one host. */
  hostTimeout: number;
}

export interface EtcdConfig {
  endpoints: readonly string[];
  ca: string | null;
  cert: string | null;
  key: Secret | null;
  username: string | null;
  password: Secret | null;
  timeout: number;
}

export interface CalicoctlConfig {
  /** Path on the worker's machine. */
  path: string;
  /** Path on the hosts, for `node status`. */
  hostPath: string;
  timeout: number;
}

export interface OpenStackConfig {
  authUrl: string;
  username: string;
  password: Secret;
  project: string;
  userDomain: string;
  projectDomain: string;
  region: string | null;
  interface: "public" | "internal" | "admin";
  ca: string | null;
  /** Of one REST request. */
  timeout: number;
  /** Path of the `openstack` program on the worker's machine; null = it is not run. */
  cli: string | null;
}

export interface BirdcConfig {
  path: string;
  path6: string;
  /** Control sockets, tried in order. */
  sockets: readonly string[];
  sockets6: readonly string[];
}

export type Role = "viewer" | "operator" | "approver";

export interface AccessConfig {
  /** Names of all configured clusters; no other can be asked. */
  clusters: readonly string[];
  /** Role → actors: ids of Slack users (U…, W…) and user groups (S…), or `local:<unix user>`. A higher role holds the lower ones. */
  roles: Readonly<Record<Role, readonly string[]>>;
  /** Who may change something without votes, in an emergency. */
  onCall: readonly string[];
  channels: readonly ChannelConfig[];
  /** Direct messages of role holders are answered. */
  directMessages: boolean;
}

export interface ChannelConfig {
  id: string;
  /** Clusters that answer there; first = default when there is more than one. */
  clusters: readonly string[];
  /** `full` = names of tenants and hosts; `counts` = numbers only. */
  detail: "full" | "counts";
}
