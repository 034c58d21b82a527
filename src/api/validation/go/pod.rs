//! The structs of a pod. Models pkg/apis/core/types.go.

use super::Holds::{
    Amount as A, Bool as B, Many, Maybe, Number as N, Of, Open, Plain as P, Text as T,
};
use super::{LABEL_SELECTOR, Part, Struct, structs};

structs! {
    /// `core.PodSpec`.
    pub POD_SPEC {
        Volumes volumes Many(&VOLUME), InitContainers initContainers Many(&CONTAINER),
        Containers containers Many(&CONTAINER),
        EphemeralContainers ephemeralContainers Many(&EPHEMERAL_CONTAINER),
        RestartPolicy restartPolicy T,
        TerminationGracePeriodSeconds terminationGracePeriodSeconds P,
        ActiveDeadlineSeconds activeDeadlineSeconds P, DNSPolicy dnsPolicy T,
        NodeSelector nodeSelector P, ServiceAccountName serviceAccountName T,
        AutomountServiceAccountToken automountServiceAccountToken P, NodeName nodeName T,
        SecurityContext securityContext Maybe(&POD_SECURITY_CONTEXT),
        ImagePullSecrets imagePullSecrets Many(&NAMED), Hostname hostname T, Subdomain subdomain T,
        SetHostnameAsFQDN setHostnameAsFQDN P, Affinity affinity Maybe(&AFFINITY),
        SchedulerName schedulerName T, Tolerations tolerations Many(&TOLERATION),
        HostAliases hostAliases Many(&HOST_ALIAS), PriorityClassName priorityClassName T,
        Priority priority P, PreemptionPolicy preemptionPolicy P,
        DNSConfig dnsConfig Maybe(&DNS_CONFIG), ReadinessGates readinessGates Many(&READINESS_GATE),
        RuntimeClassName runtimeClassName P, Overhead overhead P,
        EnableServiceLinks enableServiceLinks P,
        TopologySpreadConstraints topologySpreadConstraints Many(&TOPOLOGY_SPREAD_CONSTRAINT),
        OS os Maybe(&OS), SchedulingGates schedulingGates Many(&NAMED),
        ResourceClaims resourceClaims Many(&POD_RESOURCE_CLAIM),
        Resources resources Maybe(&RESOURCES), HostnameOverride hostnameOverride P,
        SchedulingGroup schedulingGroup Maybe(&SCHEDULING_GROUP),
    }
    POD_SECURITY_CONTEXT {
        HostNetwork hostNetwork B, HostPID hostPID B, HostIPC hostIPC B,
        ShareProcessNamespace shareProcessNamespace P, HostUsers hostUsers P,
        SELinuxOptions seLinuxOptions Maybe(&SELINUX_OPTIONS),
        WindowsOptions windowsOptions Maybe(&WINDOWS_OPTIONS), RunAsUser runAsUser P,
        RunAsGroup runAsGroup P, RunAsNonRoot runAsNonRoot P,
        SupplementalGroups supplementalGroups P,
        SupplementalGroupsPolicy supplementalGroupsPolicy P, FSGroup fsGroup P,
        FSGroupChangePolicy fsGroupChangePolicy P, Sysctls sysctls Many(&SYSCTL),
        SeccompProfile seccompProfile Maybe(&SECCOMP_PROFILE),
        AppArmorProfile appArmorProfile Maybe(&SECCOMP_PROFILE),
        SELinuxChangePolicy seLinuxChangePolicy P,
    }
    /// `core.SecurityContext`.
    pub SECURITY_CONTEXT {
        Capabilities capabilities Maybe(&CAPABILITIES), Privileged privileged P,
        SELinuxOptions seLinuxOptions Maybe(&SELINUX_OPTIONS),
        WindowsOptions windowsOptions Maybe(&WINDOWS_OPTIONS), RunAsUser runAsUser P,
        RunAsGroup runAsGroup P, RunAsNonRoot runAsNonRoot P,
        ReadOnlyRootFilesystem readOnlyRootFilesystem P,
        AllowPrivilegeEscalation allowPrivilegeEscalation P, ProcMount procMount P,
        SeccompProfile seccompProfile Maybe(&SECCOMP_PROFILE),
        AppArmorProfile appArmorProfile Maybe(&SECCOMP_PROFILE),
    }
    CAPABILITIES { Add add P, Drop drop P }
    SELINUX_OPTIONS { User user T, Role role T, Type "type" T, Level level T }
    WINDOWS_OPTIONS {
        GMSACredentialSpecName gmsaCredentialSpecName P, GMSACredentialSpec gmsaCredentialSpec P,
        RunAsUserName runAsUserName P, HostProcess hostProcess P,
    }
    /// `core.SeccompProfile`; `core.AppArmorProfile` has the same fields.
    pub SECCOMP_PROFILE { Type "type" T, LocalhostProfile localhostProfile P }
    SYSCTL { Name name T, Value value T }
    NAMED { Name name T }
    OS { Name name T }
    SCHEDULING_GROUP { PodGroupName podGroupName P }
    HOST_ALIAS { IP ip T, Hostnames hostnames P }
    DNS_CONFIG {
        Nameservers nameservers P, Searches searches P, Options options Many(&DNS_OPTION),
    }
    DNS_OPTION { Name name T, Value value P }
    READINESS_GATE { ConditionType conditionType T }
    TOLERATION {
        Key key T, Operator operator T, Value value T, Effect effect T,
        TolerationSeconds tolerationSeconds P,
    }
    TOPOLOGY_SPREAD_CONSTRAINT {
        MaxSkew maxSkew N, TopologyKey topologyKey T, WhenUnsatisfiable whenUnsatisfiable T,
        LabelSelector labelSelector Maybe(&LABEL_SELECTOR), MinDomains minDomains P,
        NodeAffinityPolicy nodeAffinityPolicy P, NodeTaintsPolicy nodeTaintsPolicy P,
        MatchLabelKeys matchLabelKeys P,
    }
    /// `core.PodResourceClaim`.
    pub POD_RESOURCE_CLAIM {
        Name name T, ResourceClaimName resourceClaimName P,
        ResourceClaimTemplateName resourceClaimTemplateName P,
    }
    RESOURCES { Limits limits P, Requests requests P, Claims claims Many(&RESOURCE_CLAIM) }
    RESOURCE_CLAIM { Name name T, Request request T }
}

structs! {
    CONTAINER {
        Name name T, Image image T, Command command P, Args args P, WorkingDir workingDir T,
        Ports ports Many(&CONTAINER_PORT), EnvFrom envFrom Many(&ENV_FROM), Env env Many(&ENV_VAR),
        Resources resources Of(&RESOURCES), ResizePolicy resizePolicy Many(&RESIZE_POLICY),
        RestartPolicy restartPolicy P, RestartPolicyRules restartPolicyRules Many(&RESTART_RULE),
        VolumeMounts volumeMounts Many(&VOLUME_MOUNT),
        VolumeDevices volumeDevices Many(&VOLUME_DEVICE), LivenessProbe livenessProbe Maybe(&PROBE),
        ReadinessProbe readinessProbe Maybe(&PROBE), StartupProbe startupProbe Maybe(&PROBE),
        Lifecycle lifecycle Maybe(&LIFECYCLE), TerminationMessagePath terminationMessagePath T,
        TerminationMessagePolicy terminationMessagePolicy T, ImagePullPolicy imagePullPolicy T,
        SecurityContext securityContext Maybe(&SECURITY_CONTEXT), Stdin stdin B,
        StdinOnce stdinOnce B, TTY tty B,
    }
    EPHEMERAL_CONTAINER { Common _ Open(&CONTAINER), TargetContainerName targetContainerName T }
    CONTAINER_PORT {
        Name name T, HostPort hostPort N, ContainerPort containerPort N, Protocol protocol T,
        HostIP hostIP T,
    }
    ENV_FROM {
        Prefix prefix T, ConfigMapRef configMapRef Maybe(&NAMED_OPTIONAL),
        SecretRef secretRef Maybe(&NAMED_OPTIONAL),
    }
    NAMED_OPTIONAL { Name name T, Optional optional P }
    ENV_VAR { Name name T, Value value T, ValueFrom valueFrom Maybe(&ENV_VAR_SOURCE) }
    ENV_VAR_SOURCE {
        FieldRef fieldRef Maybe(&FIELD_REF), ResourceFieldRef resourceFieldRef Maybe(&RESOURCE_REF),
        ConfigMapKeyRef configMapKeyRef Maybe(&KEY_REF), SecretKeyRef secretKeyRef Maybe(&KEY_REF),
        FileKeyRef fileKeyRef Maybe(&FILE_KEY_REF),
    }
    FIELD_REF { APIVersion apiVersion T, FieldPath fieldPath T }
    RESOURCE_REF { ContainerName containerName T, Resource resource T, Divisor divisor A }
    KEY_REF { Name name T, Key key T, Optional optional P }
    FILE_KEY_REF { VolumeName volumeName T, Path path T, Key key T, Optional optional P }
    RESIZE_POLICY { ResourceName resourceName T, RestartPolicy restartPolicy T }
    RESTART_RULE { Action action T, ExitCodes exitCodes Maybe(&EXIT_CODES) }
    EXIT_CODES { Operator operator T, Values values P }
    VOLUME_MOUNT {
        Name name T, ReadOnly readOnly B, RecursiveReadOnly recursiveReadOnly P,
        MountPath mountPath T, SubPath subPath T, MountPropagation mountPropagation P,
        SubPathExpr subPathExpr T,
    }
    VOLUME_DEVICE { Name name T, DevicePath devicePath T }
    PROBE {
        Handler _ Open(&PROBE_HANDLER), InitialDelaySeconds initialDelaySeconds N,
        TimeoutSeconds timeoutSeconds N, PeriodSeconds periodSeconds N,
        SuccessThreshold successThreshold N, FailureThreshold failureThreshold N,
        TerminationGracePeriodSeconds terminationGracePeriodSeconds P,
    }
    PROBE_HANDLER {
        Exec exec Maybe(&EXEC), HTTPGet httpGet Maybe(&HTTP_GET),
        TCPSocket tcpSocket Maybe(&TCP_SOCKET), GRPC grpc Maybe(&GRPC),
    }
    EXEC { Command command P }
    HTTP_GET {
        Path path T, Port port N, Host host T, Scheme scheme T,
        HTTPHeaders httpHeaders Many(&HTTP_HEADER),
    }
    HTTP_HEADER { Name name T, Value value T }
    TCP_SOCKET { Port port N, Host host T }
    GRPC { Port port N, Service service P }
    SLEEP { Seconds seconds N }
    LIFECYCLE {
        PostStart postStart Maybe(&LIFECYCLE_HANDLER), PreStop preStop Maybe(&LIFECYCLE_HANDLER),
        StopSignal stopSignal P,
    }
    LIFECYCLE_HANDLER {
        Exec exec Maybe(&EXEC), HTTPGet httpGet Maybe(&HTTP_GET),
        TCPSocket tcpSocket Maybe(&TCP_SOCKET), Sleep sleep Maybe(&SLEEP),
    }
}

structs! {
    AFFINITY {
        NodeAffinity nodeAffinity Maybe(&NODE_AFFINITY),
        PodAffinity podAffinity Maybe(&POD_AFFINITY),
        PodAntiAffinity podAntiAffinity Maybe(&POD_AFFINITY),
    }
    NODE_AFFINITY {
        RequiredDuringSchedulingIgnoredDuringExecution
            requiredDuringSchedulingIgnoredDuringExecution Maybe(&NODE_SELECTOR),
        PreferredDuringSchedulingIgnoredDuringExecution
            preferredDuringSchedulingIgnoredDuringExecution Many(&PREFERRED_SCHEDULING_TERM),
    }
    NODE_SELECTOR { NodeSelectorTerms nodeSelectorTerms Many(&NODE_SELECTOR_TERM) }
    /// `core.NodeSelectorTerm`.
    pub NODE_SELECTOR_TERM {
        MatchExpressions matchExpressions Many(&NODE_SELECTOR_REQUIREMENT),
        MatchFields matchFields Many(&NODE_SELECTOR_REQUIREMENT),
    }
    NODE_SELECTOR_REQUIREMENT { Key key T, Operator operator T, Values values P }
    PREFERRED_SCHEDULING_TERM { Weight weight N, Preference preference Of(&NODE_SELECTOR_TERM) }
    POD_AFFINITY {
        RequiredDuringSchedulingIgnoredDuringExecution
            requiredDuringSchedulingIgnoredDuringExecution Many(&POD_AFFINITY_TERM),
        PreferredDuringSchedulingIgnoredDuringExecution
            preferredDuringSchedulingIgnoredDuringExecution Many(&WEIGHTED_POD_AFFINITY_TERM),
    }
    POD_AFFINITY_TERM {
        LabelSelector labelSelector Maybe(&LABEL_SELECTOR), Namespaces namespaces P,
        TopologyKey topologyKey T, NamespaceSelector namespaceSelector Maybe(&LABEL_SELECTOR),
        MatchLabelKeys matchLabelKeys P, MismatchLabelKeys mismatchLabelKeys P,
    }
    WEIGHTED_POD_AFFINITY_TERM {
        Weight weight N, PodAffinityTerm podAffinityTerm Of(&POD_AFFINITY_TERM),
    }
}

structs! {
    VOLUME {
        Name name T, HostPath hostPath Maybe(&HOST_PATH), EmptyDir emptyDir Maybe(&EMPTY_DIR),
        GCEPersistentDisk gcePersistentDisk Maybe(&GCE_DISK),
        AWSElasticBlockStore awsElasticBlockStore Maybe(&AWS_DISK),
        GitRepo gitRepo Maybe(&GIT_REPO), Secret secret Maybe(&SECRET), NFS nfs Maybe(&NFS),
        ISCSI iscsi Maybe(&ISCSI), Glusterfs glusterfs Maybe(&GLUSTERFS),
        PersistentVolumeClaim persistentVolumeClaim Maybe(&CLAIM), RBD rbd Maybe(&RBD),
        Quobyte quobyte Maybe(&QUOBYTE), FlexVolume flexVolume Maybe(&FLEX),
        Cinder cinder Maybe(&CINDER), CephFS cephfs Maybe(&CEPHFS), Flocker flocker Maybe(&FLOCKER),
        DownwardAPI downwardAPI Maybe(&DOWNWARD_API), FC fc Maybe(&FC),
        AzureFile azureFile Maybe(&AZURE_FILE), ConfigMap configMap Maybe(&CONFIG_MAP),
        VsphereVolume vsphereVolume Maybe(&VSPHERE), AzureDisk azureDisk Maybe(&AZURE_DISK),
        PhotonPersistentDisk photonPersistentDisk Maybe(&PHOTON),
        Projected projected Maybe(&PROJECTED), PortworxVolume portworxVolume Maybe(&PORTWORX),
        ScaleIO scaleIO Maybe(&SCALE_IO), StorageOS storageos Maybe(&STORAGE_OS),
        CSI csi Maybe(&CSI), Ephemeral ephemeral Maybe(&EPHEMERAL), Image image Maybe(&IMAGE),
    }
    HOST_PATH { Path path T, Type "type" P }
    EMPTY_DIR { Medium medium T, SizeLimit sizeLimit P }
    GCE_DISK { PDName pdName T, FSType fsType T, Partition partition N, ReadOnly readOnly B }
    AWS_DISK { VolumeID volumeID T, FSType fsType T, Partition partition N, ReadOnly readOnly B }
    GIT_REPO { Repository repository T, Revision revision T, Directory directory T }
    SECRET {
        SecretName secretName T, Items items Many(&KEY_TO_PATH), DefaultMode defaultMode P,
        Optional optional P,
    }
    KEY_TO_PATH { Key key T, Path path T, Mode mode P }
    NFS { Server server T, Path path T, ReadOnly readOnly B }
    ISCSI {
        TargetPortal targetPortal T, IQN iqn T, Lun lun N, ISCSIInterface iscsiInterface T,
        FSType fsType T, ReadOnly readOnly B, Portals portals P,
        DiscoveryCHAPAuth chapAuthDiscovery B, SessionCHAPAuth chapAuthSession B,
        SecretRef secretRef Maybe(&NAMED), InitiatorName initiatorName P,
    }
    GLUSTERFS { EndpointsName endpoints T, Path path T, ReadOnly readOnly B }
    CLAIM { ClaimName claimName T, ReadOnly readOnly B }
    RBD {
        CephMonitors monitors P, RBDImage image T, FSType fsType T, RBDPool pool T,
        RadosUser user T, Keyring keyring T, SecretRef secretRef Maybe(&NAMED), ReadOnly readOnly B,
    }
    QUOBYTE {
        Registry registry T, Volume volume T, ReadOnly readOnly B, User user T, Group group T,
        Tenant tenant T,
    }
    FLEX {
        Driver driver T, FSType fsType T, SecretRef secretRef Maybe(&NAMED), ReadOnly readOnly B,
        Options options P,
    }
    CINDER {
        VolumeID volumeID T, FSType fsType T, ReadOnly readOnly B,
        SecretRef secretRef Maybe(&NAMED),
    }
    CEPHFS {
        Monitors monitors P, Path path T, User user T, SecretFile secretFile T,
        SecretRef secretRef Maybe(&NAMED), ReadOnly readOnly B,
    }
    FLOCKER { DatasetName datasetName T, DatasetUUID datasetUUID T }
    DOWNWARD_API { Items items Many(&DOWNWARD_API_FILE), DefaultMode defaultMode P }
    DOWNWARD_API_FILE {
        Path path T, FieldRef fieldRef Maybe(&FIELD_REF),
        ResourceFieldRef resourceFieldRef Maybe(&RESOURCE_REF), Mode mode P,
    }
    FC { TargetWWNs targetWWNs P, Lun lun P, FSType fsType T, ReadOnly readOnly B, WWIDs wwids P }
    AZURE_FILE { SecretName secretName T, ShareName shareName T, ReadOnly readOnly B }
    CONFIG_MAP {
        Name name T, Items items Many(&KEY_TO_PATH), DefaultMode defaultMode P, Optional optional P,
    }
    VSPHERE {
        VolumePath volumePath T, FSType fsType T, StoragePolicyName storagePolicyName T,
        StoragePolicyID storagePolicyID T,
    }
    AZURE_DISK {
        DiskName diskName T, DataDiskURI diskURI T, CachingMode cachingMode P, FSType fsType P,
        ReadOnly readOnly P, Kind kind P,
    }
    PHOTON { PdID pdID T, FSType fsType T }
    PROJECTED { Sources sources Many(&PROJECTION), DefaultMode defaultMode P }
    PROJECTION {
        Secret secret Maybe(&PROJECTED_KEYS), DownwardAPI downwardAPI Maybe(&PROJECTED_FIELDS),
        ConfigMap configMap Maybe(&PROJECTED_KEYS),
        ServiceAccountToken serviceAccountToken Maybe(&PROJECTED_TOKEN),
        ClusterTrustBundle clusterTrustBundle Maybe(&CLUSTER_TRUST_BUNDLE),
        PodCertificate podCertificate Maybe(&POD_CERTIFICATE),
    }
    PROJECTED_KEYS { Name name T, Items items Many(&KEY_TO_PATH), Optional optional P }
    PROJECTED_FIELDS { Items items Many(&DOWNWARD_API_FILE) }
    PROJECTED_TOKEN { Audience audience T, ExpirationSeconds expirationSeconds N, Path path T }
    /// `core.ClusterTrustBundleProjection`.
    pub CLUSTER_TRUST_BUNDLE {
        Name name P, SignerName signerName P, LabelSelector labelSelector Maybe(&LABEL_SELECTOR),
        Optional optional P, Path path T,
    }
    POD_CERTIFICATE {
        SignerName signerName T, KeyType keyType T, MaxExpirationSeconds maxExpirationSeconds P,
        CredentialBundlePath credentialBundlePath T, KeyPath keyPath T,
        CertificateChainPath certificateChainPath T, UserAnnotations userAnnotations P,
    }
    PORTWORX { VolumeID volumeID T, FSType fsType T, ReadOnly readOnly B }
    SCALE_IO {
        Gateway gateway T, System system T, SecretRef secretRef Maybe(&NAMED),
        SSLEnabled sslEnabled B, ProtectionDomain protectionDomain T, StoragePool storagePool T,
        StorageMode storageMode T, VolumeName volumeName T, FSType fsType T, ReadOnly readOnly B,
    }
    STORAGE_OS {
        VolumeName volumeName T, VolumeNamespace volumeNamespace T, FSType fsType T,
        ReadOnly readOnly B, SecretRef secretRef Maybe(&NAMED),
    }
    CSI {
        Driver driver T, ReadOnly readOnly P, FSType fsType P, VolumeAttributes volumeAttributes P,
        NodePublishSecretRef nodePublishSecretRef Maybe(&NAMED),
    }
    EPHEMERAL { VolumeClaimTemplate volumeClaimTemplate P }
    IMAGE { Reference reference T, PullPolicy pullPolicy T }
}
