{{- define "carousel.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "carousel.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "carousel.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "carousel.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "carousel.selectorLabels" -}}
app.kubernetes.io/name: {{ include "carousel.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "carousel.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "carousel.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "carousel.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "carousel.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "carousel.secretName" -}}
{{- .Values.auth.existingSecret | default (include "carousel.fullname" .) -}}
{{- end -}}

{{/* A Kubernetes quantity as a number. */}}
{{- define "carousel.bytes" -}}
{{- if kindIs "string" . -}}
{{- $units := dict "" 1.0 "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 -}}
{{- mulf (regexFind "^[0-9.]+" . | float64) (get $units (regexReplaceAll "^[0-9.]+" . "")) -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/* The settings in a map as name: value, a line each; names without dots, dashes and case, as Spring compares them. */}}
{{- define "carousel.flat" -}}
{{- $prefix := .prefix -}}
{{- range $key, $value := .map -}}
{{- $name := print $prefix (regexReplaceAll "[^a-z0-9]" (lower $key) "") -}}
{{- if kindIs "map" $value -}}
{{- include "carousel.flat" (dict "map" $value "prefix" $name) -}}
{{- else -}}
{{- $name }}: {{ $value | toString | quote }}
{{ end -}}
{{- end -}}
{{- end -}}

{{/* Seconds, rounded up, of the setting .name, a duration, as extraEnv or config has it; else of .default. */}}
{{- define "carousel.seconds" -}}
{{- $key := regexReplaceAll "[^a-z0-9]" .name "" -}}
{{- $given := get (include "carousel.flat" (dict "map" .root.Values.config "prefix" "") | fromYaml) $key | default .default -}}
{{- range .root.Values.extraEnv -}}
{{- if eq (regexReplaceAll "[^a-z0-9]" (lower .name) "") $key -}}
{{- $given = .value | default "nothing that the chart can read" -}}
{{- end -}}
{{- end -}}
{{- if not (regexMatch "^[0-9]+(ms|s|m|h)?$" $given) -}}
{{- fail (printf "%s: expected a duration such as 20s, 2m or 1500ms, found %s" .name $given) -}}
{{- end -}}
{{- $units := dict "" 0.001 "ms" 0.001 "s" 1.0 "m" 60.0 "h" 3600.0 -}}
{{- mulf (regexFind "^[0-9]+" $given | float64) (get $units (regexFind "[a-z]*$" $given)) | ceil -}}
{{- end -}}

{{/* What a stop takes at the most, step after step; the defaults are the service's. */}}
{{- define "carousel.stopSeconds" -}}
{{- $jobs := include "carousel.seconds" (dict "root" . "name" "carousel.jobs.shutdown-grace" "default" "20s") -}}
{{- $requests := include "carousel.seconds" (dict "root" . "name" "spring.lifecycle.timeout-per-shutdown-phase" "default" "30s") -}}
{{- add (int .Values.preStopSeconds) (int $jobs) (int $requests) -}}
{{- end -}}

{{- define "carousel.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* What no schema can say, because it is about two values at a time. */}}
{{- define "carousel.check" -}}
{{- if lt (include "carousel.bytes" .Values.resources.limits.memory | float64) 536870912.0 -}}
{{- fail (printf "resources.limits.memory: expected at least 512Mi, found %v: the service would not start" .Values.resources.limits.memory) -}}
{{- end -}}
{{- if and .Values.networkPolicy.enabled .Values.tracesEndpoint (not .Values.networkPolicy.egress) -}}
{{- fail "networkPolicy.egress: expected the collector that tracesEndpoint names, found none: no trace would reach it" -}}
{{- end -}}
{{- if and .Values.networkPolicy.enabled .Values.networkPolicy.from .Values.serviceMonitor.enabled (not .Values.networkPolicy.fromPrometheus) -}}
{{- fail "networkPolicy.fromPrometheus: expected the peers of Prometheus, which serviceMonitor invites, found none: it could not reach the port" -}}
{{- end -}}
{{- if and .Values.auth.keys .Values.auth.existingSecret -}}
{{- fail "auth: give either keys or existingSecret, not both: the keys would not be used" -}}
{{- end -}}
{{- $needed := include "carousel.stopSeconds" . | int -}}
{{- if and .Values.terminationGracePeriodSeconds (le (int .Values.terminationGracePeriodSeconds) $needed) -}}
{{- fail (printf "terminationGracePeriodSeconds: expected more than %d (preStopSeconds, carousel.jobs.shutdown-grace and spring.lifecycle.timeout-per-shutdown-phase), found %d: jobs and requests would be cut off" $needed (int .Values.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- end -}}
