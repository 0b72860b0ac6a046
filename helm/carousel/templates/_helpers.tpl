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
{{- if le (int .Values.terminationGracePeriodSeconds) (add (int .Values.preStopSeconds) 50 | int) -}}
{{- fail (printf "terminationGracePeriodSeconds: expected more than preStopSeconds + 50 (%d), found %d: jobs and requests would be cut off" (add (int .Values.preStopSeconds) 50 | int) (int .Values.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- end -}}
