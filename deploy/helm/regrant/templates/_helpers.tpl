{{/* The name of every object: the release's, with "regrant" in it. */}}
{{- define "regrant.name" -}}
{{- $name := .Release.Name -}}
{{- if not (contains "regrant" $name) }}{{ $name = printf "%s-regrant" $name }}{{ end -}}
{{- $name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* How the probes ask: with a certificate of its own the service speaks https. */}}
{{- define "regrant.scheme" -}}
{{ if .Values.config.tlsCertificate }}HTTPS{{ else }}HTTP{{ end }}
{{- end }}

{{/* Labels that never change, since a Deployment's selector cannot. */}}
{{- define "regrant.selector" -}}
app.kubernetes.io/name: regrant
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "regrant.labels" -}}
{{ include "regrant.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- end }}

{{- define "regrant.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest }}{{ printf "%s@%s" $image.repository $image.digest }}
{{- else }}{{ printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) }}{{ end -}}
{{- end }}

{{/* The issuer's host name: what Ingress and HTTPRoute accept. */}}
{{- define "regrant.hostname" -}}
{{- (urlParse .Values.config.issuer).hostname -}}
{{- end }}

{{/* accountsSecret -> REGRANT_ACCOUNTS_SECRET_FILE */}}
{{- define "regrant.fileVariable" -}}
{{- printf "REGRANT_%s_FILE" (snakecase . | upper) -}}
{{- end }}

{{/* s. After shutdownDelay and shutdownTimeout, the node waits for late connections and closes the database: 5 s. */}}
{{- define "regrant.grace" -}}
{{- add .Values.config.shutdownDelay .Values.config.shutdownTimeout 5 -}}
{{- end }}
