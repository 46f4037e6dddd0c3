/** A Kubernetes object as YAML gives it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string> };
}

/* What the tests look at in a job; everything else is in it, untyped. */
interface Container {
  command: string[];
  args?: string[];
  env: { name: string; value: string }[];
  volumeMounts: { name: string; mountPath: string; subPath?: string }[];
  [field: string]: unknown;
}
export interface PodSpec {
  containers: [Container];
  volumes: { name: string; [source: string]: unknown }[];
  securityContext: Record<string, unknown>;
  [field: string]: unknown;
}
export interface JobSpec {
  podFailurePolicy: { rules: Record<string, unknown>[] };
  template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
  [field: string]: unknown;
}
export interface Job extends Manifest {
  spec: JobSpec;
}
export interface CronJob extends Manifest {
  spec: { jobTemplate: { metadata: { labels: Record<string, string> }; spec: JobSpec }; [field: string]: unknown };
}
