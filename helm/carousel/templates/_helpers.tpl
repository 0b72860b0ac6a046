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

{{/* What no schema can say, because it is about two values at a time. */}}
{{- define "carousel.check" -}}
{{- if and .Values.auth.keys .Values.auth.existingSecret -}}
{{- fail "auth: give either keys or existingSecret, not both: the keys would not be used" -}}
{{- end -}}
{{- if le (int .Values.terminationGracePeriodSeconds) (add (int .Values.preStopSeconds) 50 | int) -}}
{{- fail (printf "terminationGracePeriodSeconds: expected more than preStopSeconds + 50 (%d), found %d: jobs and requests would be cut off" (add (int .Values.preStopSeconds) 50 | int) (int .Values.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- end -}}
