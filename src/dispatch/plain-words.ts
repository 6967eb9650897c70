/**
 * The words in which answers are written, and no others: terms of the field, units, the glue between them. What a channel without full
 * detail may see is made of these, so a name that nobody thought of is masked, too. A new term is masked until it is added here.
 */
const text = `
a abort about action activating active add added address addresses adds admin administratively affected after again against age agent
agents ago agree agrees alarm alarms alias align alive all allocation allow allowed allowedips allows alone already also although am
ambiguous among an and announce announced announcer announcers announces another answer answered answers any anything apart applyonforward
approval approver are as ask asked asker asking asks at away back bad bare be beat been before begun behind being believed belong belongs beside
besides best between beyond bgp bgpconfiguration bgpfilter bgppeer binding bird birdc birds birdv bits blackhole block blocks boolean
booted bot both botkeys bound brought bus busy but button by byte bytes calico calicoctl calicoversion call called calls came can cancel
cancelled cancelling cannot card carried case cause cell census certificate certificates change changed changes channel channels
characters chatops check checked choices choose cidr clock clocks close closed cluster clusterinformation clusterinformations clusters
clustertype code columns come comes command compact compaction compare compared compute config configuration configured connect connection
connections conntrack consumer could count counted counts crash crashed create created credentials cut cuts d danger dashes data datastore
datastoreready dead deadlines decide decided decides default defaultaction defined defragment defragmenting delete deleted delivered
denied deny desk destination detail device devices dhcp diagnose did died differ different differently differs digits direction directions
disabled disagree disarm disk do doctor document documents does done down driver drop dropped drops dry due each edit effect effects
egress either election else elsewhere empty encapsulated encapsulation end ended endpoint endpoints ends endswith enforces entirely enum
envelope error established etcd evaluated evaluation every everything everywhere evidence exact exactly example examples exchanged exist
exists exit exits expected expectedips expects expired expires explain explains export exports facts fail failed fails failsafe failure
fall falls false far felix felixconfiguration few field file files fill filter filters find finding findings finds fine fingerprints finish first fit fits
flag floating folded follower foot for force form format forward forwarding found free fresh from froze frozen full fullest fully function
further gateway gave get gets gib give given gives global globalnetworkpolicies globalnetworkpolicy go goes going gone got govern governed
governs graceful green grey group groups grow grows guard guards guid h had half hand handle hangs has have having health healthy heard
heartbeat help hep here hidden hint history hold holder holders holds host hostendpoint hosts hour hours how http human hung i id identical
identity idle ids if in includes info ingress inkernel inside install instance instead interface interfacename internal into ip ipam ipip
ipipmode ipnats ipnetworks ippool ippools ipv is isolate isolated it its itself job jobs join judged keep kept kernel kernels key keys
keystone kib killed kind kinds know knowing known knows label labels lag large largest last late lately leader leads lease leave leaves
left leftover length letters library lie lies life light like line lines link links list listed lists live livemigration livemigrations
local log logged logins logs long longer look looked looks lookup lookups lost lower machine machines made maintenance majority management
manifest many map masqueraded masquerades master matches matching max may md mean means meant meanwhile member members mend mention mesh
message metadata metric mib migrate migrated migrating migration min mins minute minutes miss missing mixed moment more most moving ms mtu
much must name named names namespace namespaced namespaces namespaceselector narrow narrower nat natoutgoing near need needs net nets
network networkpolicies networkpolicy networks neutron never new newer newest next no nobody node nodes nodeselector nodetonodemeshenabled
none normal nospace not noted notes nothing nova nowhere ns null nullable number numbers object objects of off ok old older oldest on one
ones only open opens openstack operator operators optional options or order ossg other others otherwise out outbox outcome outer output
outside over overlap overlaps own owner owners owns pace packages pair pairs part parts pass passed password passwords path paths peer
peerip peers peerselector people per period place plain plan plugin policies policy policytypes pool pools port ports posted posting pref
prefix prefixes prints private process profile profiles program programs progress prohibited project projectcalico projects protocol
protocols prove put puts question questions queue queued quorum quota quote rack racks raise raised ran rank raw reach reached reaches
read reading readonly reads ready reason recognise recognises record recovering recovery red redis references reflector reflectors refresh
refused refuses region rejected remark remote removed removes removing renames repeated replace replaced reply replyto report reported
reports request requests reserved reservedcidrs rest restart restarted restarting restarts resync resynced retry return revision revisions
right risky role roles rollback room root route router routes row rows rule rules run running runs s safe said same sample sampled samples say
says searched second seconds secrets section security see seen sees select selected selector selectors selects send sends server session
sessions set sets settings several sg shape shell short show shown shows side sign signal signed silent silently since size slack slow
smaller so socket sockets some somebody something sorts source sources speaks special ssh staged stagedaction stale start started starts
state states status stay stays still stop stopped stops store stored storing string stuck stumbled subject subnet subnets such summary
support suspect sweep switched sysctl systemd table tables taken takes tap taps target tcp tell tells tenant tenants terminal text than that the
their them themselves then there these they thing things this those threads thresholds through tib tier tiers time timeout timer timing
title tls to told too took total touched traffic translates treats tried tries trigger trouble true try turns twice two type typed types
unable unasked unbound uncertain unchanged undefined under unexpected unicast unit units unknown unless unlock unreachable unread
unreadable until untold up update upgrade uplink usage use used user uses using usr utc uuid valid value vanished var verb verdict
verdicts verify version versions via viewer vm vms vxlan vxlanmode waiting waits warn was watch way wep were what whatever when where
whether which while who whoami whole whom whose why wide wider widest will wire with within without word words work worker workerkeys
workers working workload workloadendpoint workloadendpoints works worst worth would write writes written wrong wrote yaml yellow yes yet
you your
`;

export const plainWords: ReadonlySet<string> = new Set(text.split(/\s+/));
