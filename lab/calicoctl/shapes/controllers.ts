import { object } from "./meta.js";
import { someDuration } from "./scalars.js";
import { always, type Fields, labels, list, pointer, someNumber, struct, text, texts } from "./shape.js";

const hostEndpoint = struct("AutoHostEndpointConfig", {
  autoCreate: text,
  createDefaultHostEndpoint: text,
  templates: list(struct("Template", { generateName: text, interfaceCIDRs: texts, interfacePattern: text, labels, nodeSelector: text })),
});
const periodic = pointer(struct("ControllerConfig", { reconcilerPeriod: someDuration }));

const controllers = struct("ControllersConfig", {
  node: pointer(
    struct("NodeControllerConfig", {
      reconcilerPeriod: someDuration,
      syncLabels: text,
      hostEndpoint: pointer(hostEndpoint),
      leakGracePeriod: someDuration,
    }),
  ),
  policy: periodic,
  workloadEndpoint: periodic,
  serviceAccount: periodic,
  namespace: periodic,
  loadBalancer: pointer(struct("LoadBalancerControllerConfig", { assignIPs: text })),
  policyMigration: pointer(struct("MigrationControllerConfig", { enabled: text })),
});

const spec: Fields = {
  logSeverityScreen: text,
  healthChecks: text,
  etcdV3CompactionPeriod: someDuration,
  prometheusMetricsPort: someNumber,
  controllers: always(controllers),
  debugProfilePort: someNumber,
};

export const kubeControllersConfiguration = object("KubeControllersConfiguration", spec, {
  runningConfig: pointer(struct("KubeControllersConfigurationSpec", spec)),
  environmentVars: labels,
});
