{{/* What no schema can say, because it is about two values at a time or about settings in any spelling. */}}
{{- define "carousel.check" -}}
{{- include "carousel.check.resources" . -}}
{{- include "carousel.check.names" . -}}
{{- include "carousel.check.stop" . -}}
{{- include "carousel.check.keys" . -}}
{{- include "carousel.check.jvm" . -}}
{{- include "carousel.check.environment" . -}}
{{- include "carousel.check.settings" . -}}
{{- include "carousel.check.network" . -}}
{{- end -}}

{{- define "carousel.check.resources" -}}
{{- $limits := .Values.resources.limits -}}
{{- if lt (include "carousel.quantity" $limits.memory | float64) 536870912.0 -}}
{{- fail (printf "resources.limits.memory: expected at least 512Mi, found %v: the service would not start" $limits.memory) -}}
{{- end -}}
{{- range $resource, $request := .Values.resources.requests -}}
{{- if hasKey $limits $resource -}}
{{- $limit := get $limits $resource -}}
{{- if gt (include "carousel.quantity" $request | float64) (include "carousel.quantity" $limit | float64) -}}
{{- fail (printf "resources.requests.%s: expected no more than resources.limits.%s (%v), found %v: Kubernetes would refuse the pod" $resource $resource $limit $request) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.persistence.existingClaim (not .Values.persistence.enabled) -}}
{{- fail (printf "persistence.existingClaim: expected none where persistence.enabled is false, found %s: it would not be used, and files and models be gone with the pod" .Values.persistence.existingClaim) -}}
{{- end -}}
{{- end -}}

{{- define "carousel.check.names" -}}
{{- $fullname := include "carousel.fullname" . -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $fullname) -}}
{{- fail (printf "fullnameOverride: expected a name, as a Service needs it, of a-z, 0-9 and - that begins with a letter, found none, and the release's name makes %s" $fullname) -}}
{{- end -}}
{{- $own := include "carousel.labels" . | fromYaml -}}
{{- range $values, $labels := dict "podLabels" .Values.podLabels "serviceMonitor.labels" .Values.serviceMonitor.labels "dashboard.labels" .Values.dashboard.labels -}}
{{- range $label, $value := $labels -}}
{{- if hasKey $own $label -}}
{{- fail (printf "%s: expected labels beside those of the chart, found %s, which it sets itself" $values $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range list "checksum/config" "checksum/secret" -}}
{{- if hasKey ($.Values.podAnnotations | default dict) . -}}
{{- fail (printf "podAnnotations: expected annotations beside those of the chart, found %s, which it sets itself" .) -}}
{{- end -}}
{{- end -}}
{{- if hasKey (.Values.persistence.annotations | default dict) "helm.sh/resource-policy" -}}
{{- fail "persistence.annotations: expected annotations beside those of the chart, found helm.sh/resource-policy: set persistence.keep" -}}
{{- end -}}
{{- end -}}

{{- define "carousel.check.stop" -}}
{{- $needed := include "carousel.stopSeconds" . | int -}}
{{- if and .Values.terminationGracePeriodSeconds (le (int .Values.terminationGracePeriodSeconds) $needed) -}}
{{- fail (printf "terminationGracePeriodSeconds: expected more than %d (preStopSeconds, carousel.jobs.shutdown-grace and spring.lifecycle.timeout-per-shutdown-phase), found %d: jobs and requests would be cut off" $needed (int .Values.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- end -}}

{{- define "carousel.check.keys" -}}
{{- if and .Values.auth.keys .Values.auth.existingSecret -}}
{{- fail "auth: give either keys or existingSecret, not both: the keys would not be used" -}}
{{- end -}}
{{- if and .Values.auth.keys (eq .Values.auth.existingSecretKey "metrics-key") -}}
{{- fail "auth.existingSecretKey: expected another name than metrics-key, the entry for Prometheus in the Secret that auth.keys become, found metrics-key" -}}
{{- end -}}
{{- end -}}

{{/* The heap is a share of the memory limit, said once (heapPercentage), and the image has chosen its collector. */}}
{{- define "carousel.check.jvm" -}}
{{- $options := dict "javaOptions" (.Values.javaOptions | default "") -}}
{{- range .Values.extraEnv -}}
{{- if and (has .name (list "JAVA_TOOL_OPTIONS" "_JAVA_OPTIONS")) .value -}}
{{- $_ := set $options (print "extraEnv " .name) .value -}}
{{- end -}}
{{- end -}}
{{- range $where, $text := $options -}}
{{- with regexFind "(^|[\\s\"'])-(Xmx|mx|XX:MaxHeapSize|XX:MaxRAM|XX:-UseContainerSupport)\\S*" $text -}}
{{- fail (printf "%s: expected no size of the heap, found %s: set heapPercentage, its share of resources.limits.memory" $where (trim .)) -}}
{{- end -}}
{{- with regexFind "-XX:\\+Use(Z|Serial|Parallel|Shenandoah|Epsilon)GC" $text -}}
{{- fail (printf "%s: expected no other garbage collector than the image's, G1, found %s: the JVM would not start with two" $where .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What the chart itself sets in the environment, or what would take the place of it. */}}
{{- define "carousel.check.environment" -}}
{{- $instead := dict
  "JDK_JAVA_OPTIONS" "set javaOptions and heapPercentage"
  "SPRING_CONFIG_ADDITIONAL_LOCATION" "set config"
  "SPRING_CONFIG_LOCATION" "set config, as the service needs its own file of settings, too"
  "LOGGING_STRUCTURED_FORMAT_CONSOLE" "set logFormat"
  "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT" "set tracesEndpoint"
-}}
{{- $names := list -}}
{{- range .Values.extraEnv -}}
{{- if hasKey $instead .name -}}
{{- fail (printf "extraEnv: expected variables beside those of the chart, found %s: %s" .name (get $instead .name)) -}}
{{- end -}}
{{- if has .name $names -}}
{{- fail (printf "extraEnv: expected every name once, found %s twice" .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- end -}}

{{- define "carousel.check.settings" -}}
{{- $root := "probes, Service and ServiceMonitor ask at the root of port 8080" -}}
{{- /* Beginning of a name, the one value that works with the manifests (none: it must not be set), and what to do. */ -}}
{{- $fixed := list
  (list "server.port" "8080" "probes and Service ask there; the port that clients see is service.port")
  (list "server.address" "" "probes and Service need the pod's address")
  (list "server.ssl" "" "probes speak plain HTTP; end TLS at the ingress (ingress.tls)")
  (list "server.servlet.context-path" "" $root)
  (list "spring.mvc.servlet.path" "/" $root)
  (list "management.server" "" "probes, Service and ServiceMonitor ask at port 8080, as does whatever asks for metrics")
  (list "management.endpoints.web.base-path" "/actuator" "probes and ServiceMonitor ask there")
  (list "management.endpoints.web.path-mapping" "" "probes and ServiceMonitor ask under /actuator")
  (list "management.endpoint.health.probes.enabled" "true" "the pod's probes ask for them")
  (list "carousel.storage.directory" "" "it is /data, where the volume is; choose that with persistence")
-}}
{{- range (include "carousel.settings" . | fromJson).list -}}
{{- $setting := . -}}
{{- if and (hasPrefix "carouselsecurityapikeys" .key) .value -}}
{{- fail (printf "%s: expected none, found some: set auth.keys, which become a Secret, or auth.existingSecret; here they would stand in the clear, or a ServiceMonitor not know of them" .where) -}}
{{- end -}}
{{- if and .value (hasPrefix "config." .where) (regexMatch "(password|passphrase|secret|token|credentials|authorization|apikeys?)[0-9]*$" .key) (not (contains "${" .value)) -}}
{{- fail (printf "%s: expected no secret, found one: it would stand in the clear in a ConfigMap; set it in extraEnv, with valueFrom.secretKeyRef" .where) -}}
{{- end -}}
{{- range $fixed -}}
{{- $expected := index . 1 -}}
{{- if and (hasPrefix (include "carousel.key" (index . 0)) $setting.key) (or (eq $expected "") (ne $expected $setting.value)) -}}
{{- fail (printf "%s: expected %s, found %s: %s" $setting.where ($expected | default "none") $setting.value (index . 2)) -}}
{{- end -}}
{{- end -}}
{{- if eq .key "managementendpointswebexposureinclude" -}}
{{- $exposed := splitList "," (nospace .value) -}}
{{- range ternary (list "health" "prometheus") (list "health") $.Values.serviceMonitor.enabled -}}
{{- if not (or (has . $exposed) (has "*" $exposed)) -}}
{{- fail (printf "%s: expected %s among them, found %s: probes ask for health, a ServiceMonitor for prometheus" $setting.where . $setting.value) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (hasPrefix "carousellimits" .key) (not (regexMatch "^0*[1-9][0-9]*(B|KB|MB|GB|TB)?$|\\$\\{" .value)) -}}
{{- fail (printf "%s: expected a whole number above 0, or a size such as 256MB, found %s: the service would not start" .where .value) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "carousel.check.network" -}}
{{- $policy := .Values.networkPolicy -}}
{{- $monitor := .Values.serviceMonitor -}}
{{- $traces := include "carousel.setting" (dict "root" . "name" "management.opentelemetry.tracing.export.otlp.endpoint" "default" .Values.tracesEndpoint) -}}
{{- if and $policy.enabled $traces (not $policy.egress) -}}
{{- fail "networkPolicy.egress: expected the collector that tracesEndpoint names, found none: no trace would reach it" -}}
{{- end -}}
{{- if and $policy.enabled $policy.from $monitor.enabled (not $policy.fromPrometheus) -}}
{{- fail "networkPolicy.fromPrometheus: expected the peers of Prometheus, which serviceMonitor invites, found none: it could not reach the port" -}}
{{- end -}}
{{- if and $monitor.scrapeTimeout $monitor.interval (gt (include "carousel.duration" $monitor.scrapeTimeout | float64) (include "carousel.duration" $monitor.interval | float64)) -}}
{{- fail (printf "serviceMonitor.scrapeTimeout: expected no more than serviceMonitor.interval (%s), found %s: Prometheus would refuse it" $monitor.interval $monitor.scrapeTimeout) -}}
{{- end -}}
{{- end -}}
