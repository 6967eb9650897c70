import { anything, duration, number, text, yesNo } from "../leaves.js";
import { type Complaint, fields, type Shape } from "../shape.js";
import { written } from "../written.js";

// Names as Calico's API has them, by what they take; felix itself minds no capitals in the words that follow.
const durations = `dataplaneWatchdogTimeout routeRefreshInterval interfaceRefreshInterval iptablesRefreshInterval iptablesPostWriteCheckInterval iptablesLockTimeout iptablesLockProbeInterval ipsetsRefreshInterval xdpRefreshInterval netlinkTimeout reportingInterval reportingTTL endpointReportingDelay usageReportingInitialDelay usageReportingInterval debugSimulateCalcGraphHangAfter debugSimulateDataplaneHangAfter debugSimulateDataplaneApplyDelay nftablesRefreshInterval bpfKubeProxyMinSyncPeriod wireguardKeepAlive`;
const switches = `useInternalDataplaneDriver ipv6Support ipipEnabled vxlanEnabled allowVXLANPacketsFromWorkloads allowIPIPPacketsFromWorkloads endpointReportingEnabled disableConntrackInvalidCheck healthEnabled prometheusMetricsEnabled prometheusGoMetricsEnabled prometheusProcessMetricsEnabled prometheusWireGuardMetricsEnabled usageReportingEnabled removeExternalRoutes debugDisableLogDropping sidecarAccelerationEnabled xdpEnabled genericXDPEnabled bpfEnabled bpfDisableUnprivileged bpfConnectTimeLoadBalancingEnabled bpfKubeProxyIptablesCleanupEnabled bpfKubeProxyEndpointSlicesEnabled bpfHostConntrackBypass bpfPolicyDebugEnabled routeSyncDisabled wireguardEnabled wireguardEnabledV6 wireguardThreadingEnabled wireguardHostEncryptionEnabled`;
const numbers = `maxIpsetSize metadataPort ipipMTU vxlanMTU vxlanMTUV6 vxlanPort vxlanVNI iptablesMarkMask healthPort prometheusMetricsPort deviceRouteProtocol debugPort nftablesMarkMask bpfExtToServiceConnmark bpfMapSizeNATFrontend bpfMapSizeNATBackend bpfMapSizeNATAffinity bpfMapSizeRoute bpfMapSizeConntrack bpfMapSizeIPSets bpfMapSizeIfState wireguardListeningPort wireguardListeningPortV6 wireguardRoutingRulePriority wireguardMTU wireguardMTUV6 goGCThreshold goMemoryLimitMB goMaxProcs`;
const texts = `dataplaneDriver iptablesLockFilePath featureDetectOverride featureGates iptablesBackend metadataAddr openstackRegion interfacePrefix interfaceExclude chainInsertMode logPrefix logFilePath logDebugFilenameRegex healthHost prometheusMetricsHost policySyncPathPrefix natOutgoingAddress deviceRouteSourceAddress deviceRouteSourceAddressIPv6 debugMemoryProfilePath debugHost iptablesNATOutgoingInterfaceFilter bpfCTLBLogFilter bpfDataIfacePattern bpfL3IfacePattern bpfConnectTimeLoadBalancing bpfHostNetworkedNATWithoutCTLB bpfExternalServiceMode bpfEnforceRPF bpfDisableGROForIfaces bpfRedirectToPeer bpfProfiling routeSource wireguardInterfaceName wireguardInterfaceNameV6 awsSrcDstCheck serviceLoopPrevention workloadSourceSpoofing mtuIfacePattern floatingIPs windowsManageFirewallRules endpointStatusPathPrefix nftablesMode bpfLogLevel ipForwarding`;
const others = `healthTimeoutOverrides failsafeInboundHostPorts failsafeOutboundHostPorts kubeNodePortRanges natPortRange externalNodesList bpfLogFilters bpfDSROptoutCIDRs bpfPSNATPorts bpfForceTrackPacketsFromIfaces bpfExcludeCIDRsFromNAT routeTableRanges routeTableRange`;

const each = (words: string, shape: Shape): Record<string, Shape> => Object.fromEntries(words.split(" ").map((word) => [word, shape]));

const anyCase = (...words: readonly string[]): Shape => ({
  is: "leaf",
  check: (value): Complaint | null =>
    words.some((word) => word.toLowerCase() === written(value).toLowerCase())
      ? null
      : { text: `\`${written(value)}\` is not known here`, hint: `one of ${words.join(", ")}` },
});
const severity = anyCase("Debug", "Info", "Warning", "Error", "Fatal");
const allow = anyCase("Accept", "Return");
const deny = anyCase("Drop", "Reject");

/** FelixConfiguration: it grows with every version, so an unknown field is a doubt only. */
export const felixKinds: Readonly<Record<string, Shape>> = {
  FelixConfiguration: fields(
    {
      ...each(durations, duration),
      ...each(switches, yesNo),
      ...each(numbers, number),
      ...each(texts, text),
      ...each(others, anything),
      logSeverityFile: severity,
      logSeverityScreen: severity,
      logSeveritySys: severity,
      defaultEndpointToHostAction: anyCase("Drop", "Accept", "Return"),
      iptablesFilterAllowAction: allow,
      iptablesMangleAllowAction: allow,
      nftablesFilterAllowAction: allow,
      nftablesMangleAllowAction: allow,
      iptablesFilterDenyAction: deny,
      nftablesFilterDenyAction: deny,
    },
    { open: true },
  ),
};
