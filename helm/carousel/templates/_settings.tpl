{{/* Settings of the service as the values give them, and quantities as numbers. */}}

{{/* A Kubernetes quantity as a number. */}}
{{- define "carousel.quantity" -}}
{{- if kindIs "string" . -}}
{{- $units := dict "" 1.0 "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 -}}
{{- mulf (regexFind "^[0-9.]+" . | float64) (get $units (regexReplaceAll "^[0-9.]+" . "")) -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/* A duration such as 20s, 2m or 1500ms in seconds; a number without a unit is milliseconds, as Spring reads it. */}}
{{- define "carousel.duration" -}}
{{- $units := dict "" 0.001 "ms" 0.001 "s" 1.0 "m" 60.0 "h" 3600.0 -}}
{{- mulf (regexFind "^[0-9]+" . | float64) (get $units (regexFind "[a-z]*$" .)) -}}
{{- end -}}

{{/* A name of a setting without dots, dashes and case, as Spring compares them. */}}
{{- define "carousel.key" -}}
{{- regexReplaceAll "[^a-z0-9]" (lower .) "" -}}
{{- end -}}

{{/* Adds what is in .map, of which .path is the name, to .into.list. */}}
{{- define "carousel.collect" -}}
{{- $path := .path -}}
{{- $into := .into -}}
{{- range $name, $value := .map -}}
{{- $full := printf "%s.%s" $path $name -}}
{{- if kindIs "map" $value -}}
{{- include "carousel.collect" (dict "map" $value "path" $full "into" $into) -}}
{{- else if not (kindIs "invalid" $value) -}}
{{- if kindIs "slice" $value -}}
{{- $value = join "," $value -}}
{{- else if and (kindIs "float64" $value) (eq (floor $value) $value) -}}
{{- /* A whole number in a file of values, which would be printed as 1e+06. */ -}}
{{- $value = int64 $value -}}
{{- end -}}
{{- $key := include "carousel.key" (trimPrefix "config." $full) -}}
{{- $_ := set $into "list" (append $into.list (dict "key" $key "where" $full "value" (toString $value))) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
All settings that the values give, as JSON: .list of .key, .where it stands, and .value, a text. What comes later counts for
more: config, then extraEnv, then system properties of javaOptions.
*/}}
{{- define "carousel.settings" -}}
{{- $into := dict "list" list -}}
{{- include "carousel.collect" (dict "map" .Values.config "path" "config" "into" $into) -}}
{{- range .Values.extraEnv -}}
{{- /* A reference to what is stored elsewhere reads as a placeholder does, which only the service can resolve. */ -}}
{{- $value := ternary "${valueFrom}" (.value | default "" | toString) (hasKey . "valueFrom") -}}
{{- $_ := set $into "list" (append $into.list (dict "key" (include "carousel.key" .name) "where" (print "extraEnv " .name) "value" $value)) -}}
{{- end -}}
{{- range regexFindAll "-D[^ =]+=[^ ]*" (.Values.javaOptions | default "") -1 -}}
{{- $name := regexFind "[^=]+" . | trimPrefix "-D" -}}
{{- $_ := set $into "list" (append $into.list (dict "key" (include "carousel.key" $name) "where" (print "javaOptions -D" $name) "value" (regexReplaceAll "^[^=]*=" . ""))) -}}
{{- end -}}
{{- toJson $into -}}
{{- end -}}

{{/* The value of the setting .name that counts; else .default. */}}
{{- define "carousel.setting" -}}
{{- $key := include "carousel.key" .name -}}
{{- $value := .default -}}
{{- range (include "carousel.settings" .root | fromJson).list -}}
{{- if eq .key $key -}}
{{- $value = .value -}}
{{- end -}}
{{- end -}}
{{- $value -}}
{{- end -}}

{{/* Seconds, rounded up, of the setting .name, a duration; else of .default. */}}
{{- define "carousel.seconds" -}}
{{- $given := include "carousel.setting" . -}}
{{- if not (regexMatch "^[0-9]+(ms|s|m|h)?$" $given) -}}
{{- fail (printf "%s: expected a duration such as 20s, 2m or 1500ms, found %s" .name $given) -}}
{{- end -}}
{{- include "carousel.duration" $given | float64 | ceil -}}
{{- end -}}

{{/* What a stop takes at the most, step after step; the defaults are the service's. */}}
{{- define "carousel.stopSeconds" -}}
{{- $jobs := include "carousel.seconds" (dict "root" . "name" "carousel.jobs.shutdown-grace" "default" "20s") -}}
{{- $requests := include "carousel.seconds" (dict "root" . "name" "spring.lifecycle.timeout-per-shutdown-phase" "default" "30s") -}}
{{- add (int .Values.preStopSeconds) (int $jobs) (int $requests) -}}
{{- end -}}

{{/* MiB, rounded up, of the greatest body that an upload may have, with some room for what multipart puts around it. */}}
{{- define "carousel.uploadMebibytes" -}}
{{- $bytes := dict "" 1.0 "B" 1.0 "KB" 1024.0 "MB" 1048576.0 "GB" 1073741824.0 "TB" 1099511627776.0 -}}
{{- $greatest := 0.0 -}}
{{- range list "carousel.limits.max-file-bytes" "carousel.limits.max-model-bytes" -}}
{{- $given := include "carousel.setting" (dict "root" $ "name" . "default" "256MB") -}}
{{- $greatest = maxf $greatest (mulf (regexFind "^[0-9]+" $given | float64) (get $bytes (regexFind "[A-Z]*$" $given))) -}}
{{- end -}}
{{- add1 (divf $greatest 1048576.0 | ceil | int64) -}}
{{- end -}}
