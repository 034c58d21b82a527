//! Examples of each command, as its help shows them.
//!
//! Models the layout of kubectl's help; the sentences are ours. Invariant: a command that can be
//! run has at least one.

/// What an example does, and how it is typed.
pub type Example = (&'static str, &'static str);

/// The examples of the command with these words.
pub fn of(path: &str) -> &'static [Example] {
    EXAMPLES.iter().find(|(known, _)| *known == path).map_or(&[], |(_, examples)| examples)
}

#[rustfmt::skip]
const EXAMPLES: &[(&str, &[Example])] = &[
    ("annotate", &[
        ("Note something on the pod 'web'", "kubectl annotate pods web note='first try'"),
        ("Take the note away again", "kubectl annotate pods web note-"),
    ]),
    ("api-resources", &[
        ("Show every kind of object the server knows", "kubectl api-resources"),
        ("Show only those that live in a namespace", "kubectl api-resources --namespaced=true"),
        ("Show those of one group", "kubectl api-resources --api-group=apps"),
    ]),
    ("api-versions", &[("Show the versions the server speaks", "kubectl api-versions")]),
    ("apply", &[
        ("Make the cluster as a file says", "kubectl apply -f web.yaml"),
        ("Read the file from a pipe", "cat web.yaml | kubectl apply -f -"),
        ("Delete what is labelled app=web and no longer in the file", "kubectl apply --prune -f web.yaml -l app=web"),
    ]),
    ("apply edit-last-applied", &[("Edit what was applied last of a deployment", "kubectl apply edit-last-applied deployment/web")]),
    ("apply set-last-applied", &[("Remember a file as what was applied last", "kubectl apply set-last-applied -f web.yaml --create-annotation=true")]),
    ("apply view-last-applied", &[("Show what was applied last of a deployment", "kubectl apply view-last-applied deployment/web")]),
    ("attach", &[("Watch what the pod 'web' prints", "kubectl attach web")]),
    ("auth can-i", &[
        ("Ask whether you may create pods anywhere", "kubectl auth can-i create pods --all-namespaces"),
        ("Ask for somebody else", "kubectl auth can-i list deployments --as=jane"),
        ("Show everything you may do here", "kubectl auth can-i --list"),
    ]),
    ("auth reconcile", &[("Make roles and bindings as a file says", "kubectl auth reconcile -f rbac.yaml")]),
    ("auth whoami", &[("Show whom the server takes you for", "kubectl auth whoami")]),
    ("autoscale", &[
        ("Keep a deployment between 2 and 10 pods", "kubectl autoscale deployment web --min=2 --max=10"),
        ("Up to 5 pods at 80% of the processor they ask for", "kubectl autoscale deployment web --max=5 --cpu=80%"),
    ]),
    ("certificate approve", &[("Approve a signing request", "kubectl certificate approve csr-jane")]),
    ("certificate deny", &[("Deny a signing request", "kubectl certificate deny csr-jane")]),
    ("cluster-info", &[("Show where the control plane is", "kubectl cluster-info")]),
    ("cluster-info dump", &[("Print the state of the cluster", "kubectl cluster-info dump")]),
    ("completion", &[("Print the completion for bash", "kubectl completion bash")]),
    ("config current-context", &[("Show the current context", "kubectl config current-context")]),
    ("config delete-cluster", &[("Forget the cluster 'old'", "kubectl config delete-cluster old")]),
    ("config delete-context", &[("Forget the context 'old'", "kubectl config delete-context old")]),
    ("config delete-user", &[("Forget the user 'old'", "kubectl config delete-user old")]),
    ("config get-clusters", &[("Show the clusters you know", "kubectl config get-clusters")]),
    ("config get-contexts", &[
        ("Show the contexts you know", "kubectl config get-contexts"),
        ("Show one of them", "kubectl config get-contexts dev"),
    ]),
    ("config get-users", &[("Show the users you know", "kubectl config get-users")]),
    ("config rename-context", &[("Call the context 'dev' 'test'", "kubectl config rename-context dev test")]),
    ("config set", &[("Set the server of a cluster", "kubectl config set clusters.dev.server https://1.2.3.4")]),
    ("config set-cluster", &[("Set only the server of the cluster 'dev'", "kubectl config set-cluster dev --server=https://1.2.3.4")]),
    ("config set-context", &[
        ("Work in the namespace 'finance' from now on", "kubectl config set-context --current --namespace=finance"),
        ("Make a context for jane", "kubectl config set-context dev --cluster=kubernetes --user=jane"),
    ]),
    ("config set-credentials", &[("Let jane show a token", "kubectl config set-credentials jane --token=jane")]),
    ("config unset", &[("Take the namespace out of a context", "kubectl config unset contexts.dev.namespace")]),
    ("config use-context", &[("Use the context 'dev' from now on", "kubectl config use-context dev")]),
    ("config view", &[
        ("Show the configuration", "kubectl config view"),
        ("Show only what the current context needs", "kubectl config view --minify"),
    ]),
    ("cordon", &[("Let no new pods onto a node", "kubectl cordon node-1")]),
    ("cp", &[("Copy a file out of a pod", "kubectl cp web:/tmp/out.txt out.txt")]),
    ("create", &[
        ("Create what a file describes", "kubectl create -f web.yaml"),
        ("Read it from a pipe", "cat web.yaml | kubectl create -f -"),
    ]),
    ("create clusterrole", &[
        ("A role that may read nodes", "kubectl create clusterrole node-reader --verb=get,list,watch --resource=nodes"),
        ("A role for a path that is no resource", "kubectl create clusterrole logs --verb=get --non-resource-url=/logs/*"),
    ]),
    ("create clusterrolebinding", &[("Let jane view everything", "kubectl create clusterrolebinding jane-views --clusterrole=view --user=jane")]),
    ("create configmap", &[
        ("Two keys with their values", "kubectl create configmap settings --from-literal=color=blue --from-literal=size=small"),
        ("A key for each file", "kubectl create configmap settings --from-file=app.properties"),
    ]),
    ("create cronjob", &[("Print the date every minute", "kubectl create cronjob clock --image=busybox --schedule='*/1 * * * *' -- date")]),
    ("create deployment", &[
        ("A deployment of one nginx", "kubectl create deployment web --image=nginx"),
        ("Three of them", "kubectl create deployment web --image=nginx --replicas=3"),
        ("With a command of its own", "kubectl create deployment sleeper --image=busybox -- sleep 1d"),
    ]),
    ("create ingress", &[("Lead a host to a service", "kubectl create ingress web --rule='web.example/*=web:80'")]),
    ("create job", &[
        ("A job that prints the date", "kubectl create job now --image=busybox -- date"),
        ("A job after a cron job", "kubectl create job now --from=cronjob/clock"),
    ]),
    ("create namespace", &[("A namespace", "kubectl create namespace finance")]),
    ("create poddisruptionbudget", &[("Keep at least one pod of app=web", "kubectl create pdb web --selector=app=web --min-available=1")]),
    ("create priorityclass", &[("A class that goes before others", "kubectl create priorityclass high --value=1000 --description='goes first'")]),
    ("create quota", &[("At most 10 pods and 2 processors", "kubectl create quota small --hard=pods=10,cpu=2")]),
    ("create role", &[("A role that may read pods", "kubectl create role pod-reader --verb=get,list,watch --resource=pods")]),
    ("create rolebinding", &[("Let jane read pods here", "kubectl create rolebinding jane-reads --role=pod-reader --user=jane")]),
    ("create secret docker-registry", &[("Credentials for a registry", "kubectl create secret docker-registry reg --docker-server=reg.example --docker-username=jane --docker-password=secret")]),
    ("create secret generic", &[("A password", "kubectl create secret generic db --from-literal=password=s3cret")]),
    ("create secret tls", &[("A certificate with its key", "kubectl create secret tls web --cert=tls.crt --key=tls.key")]),
    ("create service clusterip", &[("A service on port 80 for pods on port 8080", "kubectl create service clusterip web --tcp=80:8080")]),
    ("create service externalname", &[("A name that stands for another", "kubectl create service externalname db --external-name=db.example")]),
    ("create service loadbalancer", &[("A service behind a load balancer", "kubectl create service loadbalancer web --tcp=80:8080")]),
    ("create service nodeport", &[("A service on a port of every node", "kubectl create service nodeport web --tcp=80:8080")]),
    ("create serviceaccount", &[("A service account", "kubectl create serviceaccount robot")]),
    ("create token", &[
        ("A token for the service account 'robot'", "kubectl create token robot"),
        ("One that lasts ten minutes", "kubectl create token robot --duration=10m"),
    ]),
    ("debug", &[("Add a container to look around with", "kubectl debug web -it --image=busybox")]),
    ("delete", &[
        ("Delete a pod", "kubectl delete pod web"),
        ("Delete what a file describes", "kubectl delete -f web.yaml"),
        ("Delete everything labelled app=web", "kubectl delete pods,services -l app=web"),
    ]),
    ("describe", &[
        ("Describe a node", "kubectl describe nodes node-1"),
        ("Describe all pods whose names begin with 'web'", "kubectl describe pods web"),
        ("Describe what a file names", "kubectl describe -f web.yaml"),
    ]),
    ("diff", &[("Show what applying a file would change", "kubectl diff -f web.yaml")]),
    ("drain", &[
        ("Empty a node", "kubectl drain node-1 --ignore-daemonsets"),
        ("Also of pods that nothing would start again", "kubectl drain node-1 --force"),
    ]),
    ("edit", &[
        ("Edit a service", "kubectl edit service web"),
        ("With an editor of your own", "KUBE_EDITOR='sed -i s/80/81/' kubectl edit service web"),
    ]),
    ("events", &[
        ("Show what happened lately here", "kubectl events"),
        ("Show what happened to one pod, and what will", "kubectl events --for pod/web --watch"),
    ]),
    ("exec", &[
        ("Run a command in a pod", "kubectl exec web -- date"),
        ("Ask etcd from inside its pod", "kubectl exec -n kube-system etcd-master-1 -- etcdctl member list"),
    ]),
    ("explain", &[
        ("Say what a pod is made of", "kubectl explain pods"),
        ("Say what one field means", "kubectl explain deployment.spec.strategy"),
    ]),
    ("expose", &[
        ("Make a service for a deployment", "kubectl expose deployment web --port=80 --target-port=8080"),
        ("One on a port of every node", "kubectl expose deployment web --port=80 --type=NodePort"),
    ]),
    ("get", &[
        ("Show all pods here", "kubectl get pods"),
        ("With their nodes and addresses", "kubectl get pods -o wide"),
        ("As YAML", "kubectl get deployment web -o yaml"),
        ("Only one field", "kubectl get pod web -o jsonpath='{.status.phase}'"),
        ("And whatever changes from now on", "kubectl get pods --watch"),
    ]),
    ("kuberc set", &[("Show wide tables always", "kubectl kuberc set --section defaults --command get --option output=wide")]),
    ("kuberc view", &[("Show your preferences", "kubectl kuberc view")]),
    ("kustomize", &[("Build what a folder describes", "kubectl kustomize .")]),
    ("label", &[
        ("Set a label", "kubectl label pods web tier=front"),
        ("Change it", "kubectl label --overwrite pods web tier=back"),
        ("Take it away", "kubectl label pods web tier-"),
    ]),
    ("logs", &[
        ("Show what a pod printed", "kubectl logs web"),
        ("Show what it prints from now on", "kubectl logs -f web"),
        ("Show what it printed before it was started again", "kubectl logs -p web"),
    ]),
    ("patch", &[
        ("Close a node", "kubectl patch node node-1 -p '{\"spec\":{\"unschedulable\":true}}'"),
        ("Change the image of a container", "kubectl patch pod web -p '{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"nginx:1.27\"}]}}'"),
    ]),
    ("plugin list", &[("Show the plugins there are", "kubectl plugin list")]),
    ("port-forward", &[
        ("Reach port 80 of a pod at port 8080 here", "kubectl port-forward pod/web 8080:80"),
        ("Reach a service, by any free port", "kubectl port-forward service/web :80"),
    ]),
    ("proxy", &[
        ("Serve the API on port 8001 without credentials", "kubectl proxy"),
        ("Meanwhile, ask it", "curl http://127.0.0.1:8001/api/"),
    ]),
    ("replace", &[
        ("Put what a file says in place of what is there", "kubectl replace -f web.yaml"),
        ("Delete it first", "kubectl replace --force -f web.yaml"),
    ]),
    ("rollout history", &[
        ("Show the revisions of a deployment", "kubectl rollout history deployment/web"),
        ("Show one of them", "kubectl rollout history deployment/web --revision=2"),
    ]),
    ("rollout pause", &[("Let changes of a deployment wait", "kubectl rollout pause deployment/web")]),
    ("rollout restart", &[("Start all pods of a deployment anew", "kubectl rollout restart deployment/web")]),
    ("rollout resume", &[("Go on with a deployment that waits", "kubectl rollout resume deployment/web")]),
    ("rollout status", &[("Watch a rollout to its end", "kubectl rollout status deployment/web")]),
    ("rollout undo", &[
        ("Go back to the revision before", "kubectl rollout undo deployment/web"),
        ("Go back to a certain one", "kubectl rollout undo deployment/web --to-revision=1"),
    ]),
    ("run", &[
        ("Start a pod of nginx", "kubectl run web --image=nginx"),
        ("Show what would be created", "kubectl run web --image=nginx --dry-run=client -o yaml"),
        ("With a command of its own", "kubectl run sleeper --image=busybox --command -- sleep 1d"),
    ]),
    ("scale", &[
        ("Three pods of a deployment", "kubectl scale --replicas=3 deployment/web"),
        ("Only if there are two now", "kubectl scale --current-replicas=2 --replicas=3 deployment/web"),
    ]),
    ("set env", &[
        ("Set a variable", "kubectl set env deployment/web COLOR=blue"),
        ("Show the variables", "kubectl set env deployment/web --list"),
    ]),
    ("set image", &[("Change the image of a container", "kubectl set image deployment/web nginx=nginx:1.27")]),
    ("set resources", &[("Say how much a deployment may use", "kubectl set resources deployment web --limits=cpu=200m,memory=512Mi")]),
    ("set selector", &[("Let a service find other pods", "kubectl set selector service web app=web,version=2")]),
    ("set serviceaccount", &[("Run a deployment as 'robot'", "kubectl set serviceaccount deployment web robot")]),
    ("set subject", &[("Let a binding hold for jane as well", "kubectl set subject rolebinding reads --user=jane")]),
    ("taint", &[
        ("Keep pods off a node", "kubectl taint nodes node-1 dedicated=db:NoSchedule"),
        ("Let them on again", "kubectl taint nodes node-1 dedicated:NoSchedule-"),
    ]),
    ("top node", &[("Show what all nodes use", "kubectl top node")]),
    ("top pod", &[("Show what the pods here use", "kubectl top pod")]),
    ("uncordon", &[("Let pods onto a node again", "kubectl uncordon node-1")]),
    ("version", &[("Show the versions of client and server", "kubectl version")]),
    ("wait", &[
        ("Wait until a pod is ready", "kubectl wait --for=condition=Ready pod/web"),
        ("Wait until it is gone", "kubectl wait --for=delete pod/web --timeout=60s"),
    ]),
];
